import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-transient-statuses',
  fault: 'gives a delivery up on 404',
  message: /404 is not permanent/,
  parts: () => ({ classify: (result, attempt, setting) => (result.kind === 'answered' && result.status === 404 ? 'permanent' : honestParts.classify(result, attempt, setting)) }),
})
