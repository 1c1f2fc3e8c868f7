import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'event-time-rfc3339-accepted',
  fault: 'reads the time of an event with a pattern that ends in Z',
  message: /400/,
  parts: () => chokesOn(({ timestamp }) => typeof timestamp === 'string' && !timestamp.endsWith('Z')),
})
