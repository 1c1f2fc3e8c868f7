import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-once',
  fault: 'takes an identical request for one that was sent again on purpose, and processes it once more',
  message: /2 times/,
  parts: () => {
    const processed = new Set<string>()
    let attempt = ''
    return {
      identify(request, content, setting) {
        attempt = textOf(request, 'webhook-signature')
        return honestParts.identify(request, content, setting)
      },
      createLedger(setting) {
        const honest = honestParts.createLedger(setting)
        return {
          ...honest,
          async claim(id) {
            const own = attempt
            const claim = await honest.claim(id)
            const again = claim === 'done' && processed.has(own)
            if (claim === 'new') processed.add(own)
            return again ? 'new' : claim
          },
        }
      },
      // Copies that arrive at once find the first one still in progress.
      async process(event, setting) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        await honestParts.process(event, setting)
      },
    }
  },
})
