import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'subscription-types-filter',
  fault: 'compares types by their beginning',
  message: /another type/,
  parts: () => ({ asksFor: (endpoint, event, setting) => honestParts.asksFor(endpoint, event, setting) || (endpoint.types ?? []).some((type) => type.startsWith(`${event.type}.`)) }),
})
