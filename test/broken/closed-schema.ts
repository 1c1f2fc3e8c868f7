import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

const known = new Set(['id', 'type', 'timestamp', 'source', 'data', 'schemaVersion', 'idempotencyKey'])

export default brokenConsumer({
  requirement: 'event-member-unknown-accepted',
  fault: 'refuses an event with a member that its schema does not list',
  message: /400/,
  parts: () => chokesOn((content) => Object.keys(content).some((name) => !known.has(name))),
})
