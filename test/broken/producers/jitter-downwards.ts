import { brokenProducer } from './broken-producer.ts'
import { onLaterDelays } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-not-early',
  fault: 'takes a fifth off its later delays, which its profile does not allow',
  message: /early/,
  parts: () => onLaterDelays((delayMs) => delayMs * 0.8),
})
