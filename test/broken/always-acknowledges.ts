import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-forged-refused',
  fault: 'answers a signature that does not verify like one that does, and drops the event',
  message: /200/,
  alsoFails: [{ requirement: 'webhook-refusal-status', because: 'the answer to a forged delivery has another status' }],
  parts: () => ({ answer: (outcome, request, setting) => honestParts.answer(outcome.kind === 'forged' ? { kind: 'processed' } : outcome, request, setting) }),
})
