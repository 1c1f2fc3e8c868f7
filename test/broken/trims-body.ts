import { brokenConsumer } from './broken-consumer.ts'
import { refusesAlso } from './second-chance.ts'

const blanks = new Set(Buffer.from(' \t\r\n'))

export default brokenConsumer({
  requirement: 'webhook-body-untrimmed',
  fault: 'trims the body before it verifies it',
  message: /401/,
  parts: () => refusesAlso(({ body }) => blanks.has(body.at(0) ?? 0) || blanks.has(body.at(-1) ?? 0)),
})
