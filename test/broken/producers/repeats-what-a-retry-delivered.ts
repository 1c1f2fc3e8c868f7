import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-stops-on-success',
  fault: 'starts the schedule again after a retry that was acknowledged',
  message: /the second succeeded/,
  parts: () => ({
    classify(result, attempt, setting) {
      const judgement = honestParts.classify(result, attempt, setting)
      return judgement === 'acknowledged' && attempt.number === 2 ? 'failed' : judgement
    },
    delayFor(failed, attempt, setting) {
      const acknowledged = honestParts.classify(failed.result, attempt, setting) === 'acknowledged'
      return honestParts.delayFor(acknowledged ? { ...failed, number: 1 } : failed, attempt, setting)
    },
  }),
})
