import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { authenticate, textOf } from './second-chance.ts'
import { isFromStranger } from './stranger.ts'

export default brokenConsumer({
  requirement: 'webhook-refusal-no-effect',
  fault: 'processes a delivery from a known stranger while its signature is still being verified',
  message: /once/,
  parts: () => {
    const processed = new Set<string>()
    return {
      authenticate(request, setting) {
        const id = textOf(request, 'webhook-id')
        if (isFromStranger(request, setting) && !processed.has(id)) {
          processed.add(id)
          setting.effects.take(id)
        }
        return authenticate(request, setting)
      },
      createLedger(setting) {
        const honest = honestParts.createLedger(setting)
        return { ...honest, claim: (id) => (processed.has(id) ? 'done' : honest.claim(id)) }
      },
    }
  },
})
