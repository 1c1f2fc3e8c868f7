import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-timestamp-current',
  fault: 'runs on a machine whose clock is two minutes ahead',
  message: /-120 s/,
  alsoFails: [
    { requirement: 'webhook-retry-manual-fresh', because: 'a redelivery is two minutes ahead too' },
  ],
  parts: () => ({ dress: (attempt, setting) => honestParts.dress({ ...attempt, at: attempt.at + 120_000 }, setting) }),
})
