import { brokenProducer } from './broken-producer.ts'
import { onRetryAfter } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-malformed',
  fault: 'fails on a Retry-After that is no number and no date, and with it the delivery',
  message: /429 is a failure/,
  parts: () => onRetryAfter(([value = '']) => (/^\d+$/.test(value) || !Number.isNaN(Date.parse(value)) ? undefined : 'never')),
})
