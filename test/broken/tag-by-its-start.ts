import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-tag-exact',
  fault: 'knows a tag by its first two characters',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'webhook-signature', (text) => text.replace(/^v1[^,]+,/, 'v1,')), setting)),
})
