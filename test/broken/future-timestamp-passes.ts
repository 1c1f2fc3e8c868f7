import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder, timestampRule } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-future-refused',
  fault: 'measures age only, and a timestamp from the future is never too old',
  message: /200/,
  alsoFails: [{ requirement: 'webhook-timestamp-boundary', because: 'without the bound there is no boundary on that side' }],
  parts: () => acceptsAlso((request, setting) => authenticUnder(timestampRule({ future: Number.MAX_SAFE_INTEGER }), request, setting)),
})
