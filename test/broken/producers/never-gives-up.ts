import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-gives-up',
  fault: 'goes on with the last delay of its schedule for ever',
  message: /does not end/,
  parts: () => ({ delayFor: (failed, attempt, setting) => honestParts.delayFor(failed, attempt, setting) ?? setting.policy.retry?.delaysMs.at(-1) }),
})
