import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, reserialised } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-covers-body',
  fault: 'verifies the body as it was serialised anew when the bytes that came do not verify',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate({ ...request, body: Buffer.from(reserialised(request) ?? '') }, setting)),
})
