import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-refused-retried',
  fault: 'gives a delivery up when the connection to its endpoint is refused',
  message: /once somebody listens again/,
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'unanswered' && result.reason.includes('ECONNREFUSED') ? 'permanent' : honestParts.classify(result, attempt, setting)) }),
})
