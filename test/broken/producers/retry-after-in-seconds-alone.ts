import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-date',
  fault: 'reads Retry-After as a number and passes over a date',
  message: /after \d/,
  parts: () => onRetryAfter(([value = '']) => (/^\d+$/.test(value) ? undefined : 'ignored')),
})
