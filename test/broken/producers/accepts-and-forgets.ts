import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-arrives',
  fault: 'accepts events and has no room for a single delivery',
  message: /none arrived|no attempt/,
  parts: () => ({ hasRoom: () => false }),
})
