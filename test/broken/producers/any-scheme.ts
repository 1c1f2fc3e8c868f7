import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-url-invalid',
  fault: 'registers a url of any scheme',
  message: /201/,
  parts: () => ({ urlProblem: (url, setting) => (url.startsWith('ftp:') ? undefined : honestParts.urlProblem(url, setting)) }),
})
