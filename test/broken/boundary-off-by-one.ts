import { brokenConsumer } from './broken-consumer.ts'
import { authenticUnder, timestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-boundary',
  fault: 'refuses at the tolerance in place of beyond it',
  message: /401/,
  parts: () => ({ authenticate: (request, setting) => authenticUnder(timestampRule({ past: 299, future: 299 }), request, setting) }),
})
