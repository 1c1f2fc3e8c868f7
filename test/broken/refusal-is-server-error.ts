import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-client-error',
  fault: 'answers a signature that does not verify with the status of an unhandled error',
  message: /500/,
  alsoFails: [{ requirement: 'webhook-refusal-status', because: 'the answer to a forged delivery has another status' }],
  parts: () => ({
    answer(outcome, request, setting) {
      const honest = honestParts.answer(outcome, request, setting)
      return outcome.kind === 'forged' ? { ...honest, status: 500 } : honest
    },
  }),
})
