import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-unavailable',
  fault: 'reads Retry-After with 429 alone',
  message: /after \d/,
  parts: () => onRetryAfter((_, status) => (status === 503 ? 'ignored' : undefined)),
})
