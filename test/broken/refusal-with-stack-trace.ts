import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-no-trace',
  fault: 'puts the stack of its error into the answer',
  message: /stack/,
  parts: () => ({
    answer(outcome, request, setting) {
      const honest = honestParts.answer(outcome, request, setting)
      return outcome.kind === 'forged' ? { ...honest, body: JSON.stringify({ stack: new Error('invalid signature').stack, ...JSON.parse(honest.body) }) } : honest
    },
  }),
})
