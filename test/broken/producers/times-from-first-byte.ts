import { brokenProducer } from './broken-producer.ts'
import { sendTimed } from './send-timed.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-timeout',
  fault: 'starts its timeout when the first byte of an answer comes',
  message: /still open|within/,
  parts: () => ({
    timeoutMs: () => Infinity,
    send: (request, context, setting) => sendTimed(request, context, setting, { at: 'first-bytes', renews: false }),
  }),
})
