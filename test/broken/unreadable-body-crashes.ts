import { isUtf8 } from 'node:buffer'
import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-body-unreadable-answered',
  fault: 'does not catch the error of its JSON parser',
  message: /saw 500/,
  parts: () => ({
    parse(request, setting) {
      const content = honestParts.parse(request, setting)
      const isPlainText = request.body.length > 0 && request.body[0] !== 0xef && isUtf8(request.body)
      if (content === 'unreadable' && isPlainText) throw new SyntaxError('Unexpected token in JSON')
      return content
    },
  }),
})
