import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-prefix-exact',
  fault: 'cuts off whatever stands before the equals sign',
  message: /200/,
  profile: 'github',
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'x-hub-signature-256', (text) => `sha256=${text.split('=').at(-1)}`), setting)),
})
