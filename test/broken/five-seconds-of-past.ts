import { brokenConsumer } from './broken-consumer.ts'
import { authenticUnder, timestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-past-accepted',
  fault: 'allows five seconds between signing and arrival',
  message: /401/,
  alsoFails: [{ requirement: 'webhook-timestamp-boundary', because: 'a narrower tolerance has another boundary' }],
  parts: () => ({ authenticate: (request, setting) => authenticUnder(timestampRule({ past: 5 }), request, setting) }),
})
