import { isUtf8 } from 'node:buffer'
import { once } from 'node:events'
import { maxBodyBytes } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-chunk-borders',
  fault: 'decodes each piece of a body of known length on its own, so that a character cut in two is lost',
  message: /401/,
  parts: () => ({
    async readBody(message) {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      await once(message, 'end')
      const whole = Buffer.concat(chunks)
      if (whole.length > maxBodyBytes) return 'too-large'
      const isCounted = message.headers['content-length'] !== undefined
      return isCounted && isUtf8(whole) ? Buffer.from(chunks.map((chunk) => chunk.toString('utf8')).join('')) : whole
    },
  }),
})
