import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-rate-limit-retry-after',
  fault: 'says in words when a throttled sender may come back',
  message: /429/,
  parts: () => ({
    answer(outcome, request, setting) {
      if (outcome.kind !== 'failed') return honestParts.answer(outcome, request, setting)
      const honest = honestParts.answer({ kind: 'too-many', retryAfterSeconds: 60 }, request, setting)
      return { ...honest, headers: { ...honest.headers, 'Retry-After': 'in a minute' } }
    },
  }),
})
