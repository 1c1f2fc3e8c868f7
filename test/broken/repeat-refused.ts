import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-repeat-acked',
  fault: 'answers a repeat with a conflict',
  message: /409/,
  parts: () => ({ answer: (outcome, request, setting) => honestParts.answer(outcome.kind === 'repeated' ? { kind: 'in-progress' } : outcome, request, setting) }),
})
