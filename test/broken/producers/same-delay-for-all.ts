import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-jitter',
  fault: 'draws one number for all waits',
  message: /different times/,
  profile: 'svix',
  parts: () => ({ delayFor: (failed, attempt, setting) => honestParts.delayFor(failed, attempt, { ...setting, random: () => 0.5 }) }),
})
