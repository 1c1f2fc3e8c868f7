import { readBody } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-bounded',
  fault: 'reads a body of any length into memory',
  message: /200/,
  parts: () => ({ readBody: (message) => readBody(message, 64 * 1024 * 1024) }),
})
