import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-encoding-canonical',
  fault: 'decodes base64 without its padding, as its standard library does',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'webhook-signature', (text) => `${text}=`), setting)),
})
