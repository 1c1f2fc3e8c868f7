import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { withPolicy } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-order',
  fault: 'counts later attempts twice and skips a delay',
  message: /skips a step/,
  variant: withPolicy({ retry: { delaysMs: [5_000, 25_000, 50_000, 100_000], jitter: { down: 0, up: 0 } } }),
  parts: () => ({
    delayFor(failed, attempt, setting) {
      const last = setting.policy.retry?.delaysMs.length ?? 0
      const counted = failed.number > 1 && failed.number < last ? failed.number + 1 : failed.number
      return honestParts.delayFor({ ...failed, number: counted }, attempt, setting)
    },
  }),
})
