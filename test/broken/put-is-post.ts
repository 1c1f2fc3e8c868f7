import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-method-post-only',
  fault: 'takes a delivery by PUT as well',
  message: /200/,
  parts: () => ({ admit: (head, setting) => honestParts.admit({ ...head, method: head.method === 'PUT' ? 'POST' : head.method }, setting) }),
})
