import { honestParts } from '../../reference/consumer/parts.ts'
import { headerOf } from '../../reference/consumer/request.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-content-type-case-free',
  fault: 'knows the media type in small letters only',
  message: /415/,
  parts: () => ({ admit: (head, setting) => honestParts.admit(head, setting) ?? (/^application\/json\b/.test(headerOf(head, 'content-type') ?? '') ? undefined : { kind: 'wrong-type' }) }),
})
