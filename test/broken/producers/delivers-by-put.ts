import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-post',
  fault: 'delivers by PUT',
  message: /PUT/,
  parts: () => ({ dress: (attempt, setting) => ({ ...honestParts.dress(attempt, setting), method: 'PUT' }) }),
})
