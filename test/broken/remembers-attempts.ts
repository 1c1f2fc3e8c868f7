import { honestParts } from '../../reference/consumer/parts.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-idempotency-attempt-free',
  fault: 'remembers the signature of a delivery in place of the id of its event',
  message: /2 times/,
  alsoFails: [{ requirement: 'webhook-idempotency-window', because: 'a repeat within the window is another attempt' }],
  parts: () => {
    let attempt = ''
    return {
      identify(request, content, setting) {
        attempt = textOf(request, 'webhook-signature')
        return honestParts.identify(request, content, setting)
      },
      createLedger(setting) {
        const honest = honestParts.createLedger(setting)
        const attempts = new Map<string, string>()
        return {
          ...honest,
          claim(id) {
            attempts.set(id, attempt)
            return honest.claim(attempt)
          },
          settle: (id) => honest.settle(attempts.get(id) ?? id),
          release: (id) => honest.release(attempts.get(id) ?? id),
        }
      },
    }
  },
})
