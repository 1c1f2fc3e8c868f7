import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-manual-fresh',
  fault: 'sends a redelivery with the timestamp and the signature of the time at which the event was published',
  message: /a timestamp of its own/,
  parts: () => ({
    dress(attempt, setting) {
      const isManual = attempt.number > (setting.policy.retry?.delaysMs.length ?? 0) + 1
      return honestParts.dress(isManual ? { ...attempt, at: attempt.event.at } : attempt, setting)
    },
  }),
})
