import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-none-invented',
  fault: 'sends a ping to an endpoint before its first event',
  message: /other deliver/,
  parts: () => {
    const pinged = new Set<string>()
    return {
      async send(request, context, setting) {
        if (!pinged.has(request.url)) {
          pinged.add(request.url)
          await honestParts.send({ ...request, body: Buffer.from('{"type":"ping"}') }, context, setting)
        }
        return honestParts.send(request, context, setting)
      },
    }
  },
})
