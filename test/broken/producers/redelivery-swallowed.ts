import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-manual-sends',
  fault: 'takes a redelivery for a repeat, and does not send it',
  message: /a further attempt/,
  parts: () => ({ redeliver: () => [] }),
})
