import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'event-schema-version-accepted',
  fault: 'refuses every schemaVersion but those it was written for',
  message: /400/,
  parts: () => chokesOn(({ schemaVersion }) => schemaVersion !== undefined && schemaVersion !== '1.0' && schemaVersion !== '2.0'),
})
