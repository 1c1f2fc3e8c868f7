import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-ack-after-effect',
  fault: 'acknowledges a delivery whatever becomes of its processing',
  message: /200/,
  parts: () => ({ answer: (outcome, request, setting) => honestParts.answer(outcome.kind === 'failed' ? { kind: 'processed' } : outcome, request, setting) }),
})
