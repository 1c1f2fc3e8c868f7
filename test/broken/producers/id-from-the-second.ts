import { brokenProducer } from './broken-producer.ts'
import { dressed } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-id-unique',
  fault: 'makes the id of a delivery from the second in which its event was published',
  message: /different in \d+ attempts/,
  parts: () => ({ dress: (attempt, setting) => dressed(attempt, setting, { id: `evt-${Math.floor(attempt.event.at / 1000)}` }) }),
})
