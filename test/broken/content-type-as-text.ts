import { honestParts } from '../../reference/consumer/parts.ts'
import { headerOf } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-content-type-parameters',
  fault: 'compares the whole Content-Type with a text',
  message: /415/,
  parts: () => ({ admit: (head, setting) => honestParts.admit(head, setting) ?? (headerOf(head, 'content-type')?.toLowerCase() === 'application/json' ? undefined : { kind: 'wrong-type' }) }),
})
