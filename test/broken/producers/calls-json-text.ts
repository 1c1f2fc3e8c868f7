import { withHeader } from '../../../harness/http/headers.ts'
import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-content-type',
  fault: 'leaves the media type to its HTTP library, which says text/plain',
  message: /text\/plain/,
  parts: () => ({
    dress(attempt, setting) {
      const request = honestParts.dress(attempt, setting)
      return { ...request, headers: withHeader(request.headers, 'Content-Type', 'text/plain; charset=utf-8') }
    },
  }),
})
