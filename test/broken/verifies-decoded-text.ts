import { isUtf8 } from 'node:buffer'
import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-body-not-text-authentic',
  fault: 'verifies the text of the body, in which other bytes than UTF-8 are replaced',
  message: /401/,
  parts: () => refusesAlso(({ body }) => !isUtf8(body)),
})
