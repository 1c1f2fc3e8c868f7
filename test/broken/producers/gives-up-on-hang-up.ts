import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-reset-retried',
  fault: 'gives a delivery up when the connection ends without an answer',
  message: /the connection broke/,
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'unanswered' && result.reason.includes('hang up') ? 'permanent' : honestParts.classify(result, attempt, setting)) }),
})
