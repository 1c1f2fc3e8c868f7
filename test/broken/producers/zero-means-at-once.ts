import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-zero-past',
  fault: 'tries again at once when Retry-After is zero',
  message: /early/,
  parts: () => onRetryAfter(([value = '']) => (/^0+$/.test(value) ? 'at-once' : undefined)),
})
