import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-secret-unechoed',
  fault: 'repeats the secret in the answer to a registration',
  message: /stands in an answer/,
  parts: () => ({ answerCreate: (endpoint, madeSecret, setting) => retold(honestParts.answerCreate(endpoint, madeSecret, setting), { secret: endpoint.secret }) }),
})
