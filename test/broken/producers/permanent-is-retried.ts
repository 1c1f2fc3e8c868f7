import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { withPolicy } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-permanent-statuses',
  fault: 'tries again after a status that its profile calls permanent',
  message: /calls 400 permanent/,
  variant: withPolicy({ permanent: [400] }),
  parts: () => ({
    classify(result, attempt, setting) {
      const judgement = honestParts.classify(result, attempt, setting)
      return judgement === 'permanent' ? 'failed' : judgement
    },
  }),
})
