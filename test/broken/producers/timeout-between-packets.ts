import { brokenProducer } from './broken-producer.ts'
import { sendTimed } from './send-timed.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-timeout-whole',
  fault: 'starts its timeout anew with every packet',
  message: /still open|within/,
  parts: () => ({
    timeoutMs: () => Infinity,
    send: (request, context, setting) =>
      sendTimed(request, context, setting, { at: 'connection', renews: true }),
  }),
})
