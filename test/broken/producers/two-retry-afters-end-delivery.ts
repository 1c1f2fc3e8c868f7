import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-two-values',
  fault: 'fails on two values of Retry-After, and with it the delivery',
  message: /429 is a failure/,
  parts: () => onRetryAfter((values) => (values.length > 1 ? 'never' : undefined)),
})
