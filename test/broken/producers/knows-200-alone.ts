import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-success-2xx',
  fault: 'takes 200 for an acknowledgement and every other status for a failure',
  message: /is success/,
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'answered' && result.status !== 200 ? honestParts.classify({ ...result, status: Math.max(result.status, 400) }, attempt, setting) : honestParts.classify(result, attempt, setting)) }),
})
