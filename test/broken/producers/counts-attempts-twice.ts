import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-order',
  fault: 'counts later attempts twice and skips a delay',
  message: /skips a step/,
  parts: () => ({
    delayFor(failed, attempt, setting) {
      const last = setting.policy.retry?.delaysMs.length ?? 0
      const counted = failed.number > 1 && failed.number < last ? failed.number + 1 : failed.number
      return honestParts.delayFor({ ...failed, number: counted }, attempt, setting)
    },
  }),
})
