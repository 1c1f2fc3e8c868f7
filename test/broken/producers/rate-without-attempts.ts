import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-health-figures',
  fault: 'tells a rate of nought before the first attempt',
  message: /no rate/,
  parts: () => ({
    answerHealth(endpoint, setting) {
      const answer = honestParts.answerHealth(endpoint, setting)
      return endpoint?.attempts === 0 ? retold(answer, { successRate: 0 }) : answer
    },
  }),
})
