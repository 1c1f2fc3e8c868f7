import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { withPolicy } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-fresh-timestamp',
  fault: 'sends every attempt with the timestamp of the first',
  message: /old on arrival/,
  alsoFails: [
    { requirement: 'webhook-retry-manual-fresh', because: 'a redelivery is a further attempt' },
  ],
  variant: withPolicy({ retry: { delaysMs: [5_000, 25_000, 120_000], jitter: { down: 0, up: 0 } } }),
  parts: () => ({ dress: (attempt, setting) => honestParts.dress({ ...attempt, at: attempt.event.at }, setting) }),
})
