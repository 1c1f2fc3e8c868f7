import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-rate-limit-error-body',
  fault: 'throttles with nothing but a status and Retry-After',
  message: /is not a/,
  parts: () => ({
    answer(outcome, request, setting) {
      if (outcome.kind !== 'failed') return honestParts.answer(outcome, request, setting)
      return { ...honestParts.answer({ kind: 'too-many', retryAfterSeconds: 86_400 }, request, setting), body: '' }
    },
  }),
})
