import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-body-event',
  fault: 'sends every event under the type of its template',
  message: /the type and the data/,
  parts: () => ({ compose: (event, setting) => honestParts.compose({ ...event, type: 'event.occurred' }, setting) }),
})
