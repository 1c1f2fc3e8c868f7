import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-create-echo',
  fault: 'answers a registration with the url after its own idea of it',
  message: /is the URL that was registered/,
  parts: () => ({ answerCreate: (endpoint, madeSecret, setting) => retold(honestParts.answerCreate(endpoint, madeSecret, setting), { url: `${endpoint.url}/` }) }),
})
