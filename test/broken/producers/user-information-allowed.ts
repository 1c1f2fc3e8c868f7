import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'sender-url-credentials-refused',
  fault: 'registers a url with user and password',
  message: /201/,
  parts: () => ({ urlProblem: (url, setting) => honestParts.urlProblem(url.replace(/\/\/[^/@]*@/, '//'), setting) }),
})
