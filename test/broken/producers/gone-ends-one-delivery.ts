import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-gone',
  fault: 'ends the delivery on 410 and keeps the endpoint',
  message: /the endpoint is gone/,
  parts: () => ({
    classify(result, attempt, setting) {
      const judgement = honestParts.classify(result, attempt, setting)
      return judgement === 'disable' ? 'permanent' : judgement
    },
  }),
})
