import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-empty-authentic',
  fault: 'takes a body without a byte for one that was not sent',
  message: /401/,
  parts: () => refusesAlso(({ body }) => body.length === 0),
})
