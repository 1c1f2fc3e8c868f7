import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-after-capped',
  fault: 'waits for as long as Retry-After says, be it years',
  message: /at most/,
  parts: () => ({ delayFor: (failed, attempt, setting) => honestParts.delayFor(failed, attempt, { ...setting, policy: { ...setting.policy, maxRetryAfterMs: Infinity } }) }),
})
