import { json } from '../../../reference/consumer/answer.ts'
import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-unknown',
  fault: 'answers 200 and an empty object to an unknown id',
  message: /200/,
  parts: () => ({ answerRead: (endpoint, setting) => (endpoint ? honestParts.answerRead(endpoint, setting) : json(200, {})) }),
})
