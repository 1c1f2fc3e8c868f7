import { readBody } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-large-accepted',
  fault: 'takes bodies up to 16 KiB',
  message: /413/,
  parts: () => ({ readBody: (message) => readBody(message, 16 * 1024) }),
})
