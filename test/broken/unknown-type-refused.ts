import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-ack-unknown-type',
  fault: 'refuses a type for which it has no handler',
  message: /400/,
  parts: () => chokesOn(({ type }) => typeof type === 'string' && !/^(order|payment)\./.test(type)),
})
