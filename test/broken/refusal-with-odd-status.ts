import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-status',
  fault: 'refuses a bad signature with 422',
  message: /422/,
  parts: () => ({
    answer(outcome, request, setting) {
      const honest = honestParts.answer(outcome, request, setting)
      return outcome.kind === 'forged' ? { ...honest, status: 422 } : honest
    },
  }),
})
