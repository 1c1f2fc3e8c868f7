import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { rightSignature } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-secret-unrevealed',
  fault: 'tells a refused sender which signature it expected',
  message: /with it/,
  parts: () => ({
    answer(outcome, request, setting) {
      const honest = honestParts.answer(outcome, request, setting)
      const expected = outcome.kind === 'forged' && request.body && rightSignature({ ...request, body: request.body }, setting)
      return expected ? { ...honest, body: honest.body.replace('could not be verified', `is not ${expected.toString('base64')}`) } : honest
    },
  }),
})
