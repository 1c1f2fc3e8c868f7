import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { authenticate, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-forged-first',
  fault: 'remembers an id before it has verified who sent it',
  message: /never/,
  parts: () => {
    const seen = new Set<string>()
    return {
      authenticate(request, setting) {
        const isAuthentic = authenticate(request, setting)
        if (!isAuthentic) seen.add(textOf(request, 'webhook-id'))
        return isAuthentic
      },
      createLedger(setting) {
        const honest = honestParts.createLedger(setting)
        return { ...honest, claim: (id) => (seen.has(id) ? 'done' : honest.claim(id)) }
      },
    }
  },
})
