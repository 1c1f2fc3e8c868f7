import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-url-required',
  fault: 'registers an endpoint without a url, to be completed later',
  message: /201/,
  parts: () => ({
    readRegistration(body, setting) {
      const read = honestParts.readRegistration(body, setting)
      return 'code' in read && read.code === 'missing_url' ? { url: 'https://to-be-completed.example/', types: ['none'] } : read
    },
  }),
})
