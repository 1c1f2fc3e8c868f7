import { brokenConsumer } from './broken-consumer.ts'
import { chokesOn } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-timestamp-event-age',
  fault: 'applies the tolerance to the time of the event',
  message: /400/,
  parts: () => chokesOn(({ timestamp }, { clock }) => typeof timestamp === 'string' && clock.now() - Date.parse(timestamp) > 300_000),
})
