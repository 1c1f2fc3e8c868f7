import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { retold } from './change.ts'

export default brokenProducer({
  requirement: 'subscription-read',
  fault: 'leaves the url out when a subscription is read',
  message: /no such member|url/,
  parts: () => ({ answerRead: (endpoint, setting) => retold(honestParts.answerRead(endpoint, setting), { url: undefined }) }),
})
