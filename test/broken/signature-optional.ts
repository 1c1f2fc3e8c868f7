import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-required',
  fault: 'verifies a signature only if there is one',
  message: /200/,
  parts: () => acceptsAlso(({ headers }) => !headers.some(([name]) => /signature|hmac/i.test(name))),
})
