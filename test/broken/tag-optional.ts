import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-tag-required',
  fault: 'takes a signature without a tag for one of the first version',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'webhook-signature', (text) => `v1,${text}`), setting)),
})
