import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-stops-on-success',
  fault: 'goes on with the schedule although a retry was acknowledged',
  message: /the second succeeded/,
  parts: () => ({
    classify(result, attempt, setting) {
      const judgement = honestParts.classify(result, attempt, setting)
      return judgement === 'acknowledged' && attempt.number > 1 ? 'failed' : judgement
    },
  }),
})
