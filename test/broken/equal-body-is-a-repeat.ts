import { createHash } from 'node:crypto'
import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-by-id',
  fault: 'takes an event for a repeat when it has seen the digest of its body',
  message: /never/,
  parts: () => {
    const firstWith = new Map<string, string>()
    let digest = ''
    return {
      identify(request, content, setting) {
        digest = createHash('sha256').update(request.body).digest('hex')
        return honestParts.identify(request, content, setting)
      },
      createLedger(setting) {
        const honest = honestParts.createLedger(setting)
        return {
          ...honest,
          claim(id) {
            const first = firstWith.get(digest) ?? id
            firstWith.set(digest, first)
            return first === id ? honest.claim(id) : 'done'
          },
        }
      },
    }
  },
})
