import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'event-type-suffix-accepted',
  fault: 'refuses a type with a version suffix, since it was written for types without one',
  message: /400/,
  parts: () => chokesOn(({ type }) => typeof type === 'string' && /\.v\d+$/.test(type)),
})
