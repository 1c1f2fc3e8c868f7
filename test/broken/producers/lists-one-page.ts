import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-listed',
  fault: 'lists the first subscription and no next page',
  message: /ids in the list/,
  parts: () => ({ answerList: (endpoints, setting) => honestParts.answerList(endpoints.slice(0, 1), setting) }),
})
