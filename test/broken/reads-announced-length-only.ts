import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-chunked-coding',
  fault: 'reads as many bytes as Content-Length says, and none without it',
  message: /401/,
  parts: () => ({
    async readBody(message, setting) {
      const body = await honestParts.readBody(message, setting)
      return message.headers['content-length'] === undefined ? Buffer.alloc(0) : body
    },
  }),
})
