import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-ack-loss-repeats',
  fault: 'takes a delivery for done once it was sent, although the connection was reset',
  message: /acknowledgement of the first was lost/,
  alsoFails: [
    { requirement: 'webhook-delivery-reset-retried', because: 'a sender cannot see how much of its request was read before the reset' },
  ],
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'unanswered' && result.reason.includes('ECONNRESET') ? 'acknowledged' : honestParts.classify(result, attempt, setting)) }),
})
