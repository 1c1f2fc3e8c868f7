import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-create-status',
  fault: 'answers a registration with 200',
  message: /200/,
  parts: () => ({ answerCreate: (endpoint, madeSecret, setting) => ({ ...honestParts.answerCreate(endpoint, madeSecret, setting), status: 200 }) }),
})
