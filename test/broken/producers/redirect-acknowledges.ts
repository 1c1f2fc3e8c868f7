import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-redirect-failed',
  fault: 'takes every status below 400 for an acknowledgement',
  message: /is a failure/,
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'answered' && result.status < 400 ? 'acknowledged' : honestParts.classify(result, attempt, setting)) }),
})
