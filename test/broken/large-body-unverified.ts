import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-large-verified',
  fault: 'does not verify a body that is longer than what it keeps for that',
  message: /200/,
  parts: () => acceptsAlso(({ body }) => body.length > 64 * 1024),
})
