import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'sender-private-address-refused',
  fault: 'knows the private networks and forgets link-local addresses',
  message: /201/,
  parts: () => ({ urlProblem: (url, setting) => (/^https?:\/\/169\.254\./.test(url) ? undefined : honestParts.urlProblem(url, setting)) }),
})
