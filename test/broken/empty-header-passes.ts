import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-empty-refused',
  fault: 'takes an empty signature header for a delivery that need not be signed',
  message: /200/,
  parts: () => acceptsAlso(({ headers }) => headers.some(([name, value]) => name.toLowerCase() === 'webhook-signature' && value === '')),
})
