import { brokenProducer } from './broken-producer.ts'
import { onLaterDelays } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-not-late',
  fault: 'looks for later retries once a minute',
  message: /late/,
  parts: () => onLaterDelays((delayMs) => Math.ceil(delayMs / 60_000) * 60_000),
})
