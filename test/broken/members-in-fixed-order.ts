import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'event-member-order-free',
  fault: 'refuses an event whose id is written after its type',
  message: /400/,
  parts: () => chokesOn((content) => Object.keys(content).indexOf('id') > Object.keys(content).indexOf('type')),
})
