import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder, timestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-past-refused',
  fault: 'does not look how old a timestamp is',
  message: /200/,
  alsoFails: [{ requirement: 'webhook-timestamp-boundary', because: 'without the bound there is no boundary on that side' }],
  parts: () => acceptsAlso((request, setting) => authenticUnder(timestampRule({ past: Number.MAX_SAFE_INTEGER }), request, setting)),
})
