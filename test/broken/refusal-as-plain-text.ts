import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-error-body',
  fault: 'explains a refusal in plain text',
  message: /is not a/,
  parts: () => ({
    answer(outcome, request, setting) {
      const honest = honestParts.answer(outcome, request, setting)
      return outcome.kind === 'forged' ? { ...honest, headers: { 'Content-Type': 'text/plain' }, body: 'signature mismatch' } : honest
    },
  }),
})
