import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-tag-known',
  fault: 'takes every version of one digit for the first',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'webhook-signature', (text) => text.replace(/^v[02-9],/, 'v1,')), setting)),
})
