import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-seconds',
  fault: 'reads no seconds from the Retry-After of a 429',
  message: /after \d/,
  parts: () => onRetryAfter(([value = ''], status) => (status === 429 && /^\d+$/.test(value) ? 'ignored' : undefined)),
})
