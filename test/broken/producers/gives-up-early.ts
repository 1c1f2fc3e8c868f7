import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-all-attempts',
  fault: 'gives up before the last attempt of its schedule',
  message: /4 attempts/,
  parts: () => ({ delayFor: (failed, attempt, setting) => (failed.number >= (setting.policy.retry?.delaysMs.length ?? 0) ? undefined : honestParts.delayFor(failed, attempt, setting)) }),
})
