import { brokenConsumer } from './broken-consumer.ts'
import { authenticUnder, timestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-future-accepted',
  fault: 'refuses every timestamp that is ahead of its own clock',
  message: /401/,
  alsoFails: [{ requirement: 'webhook-timestamp-boundary', because: 'a narrower tolerance has another boundary' }],
  parts: () => ({ authenticate: (request, setting) => authenticUnder(timestampRule({ future: 0 }), request, setting) }),
})
