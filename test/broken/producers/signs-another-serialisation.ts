import { brokenProducer } from './broken-producer.ts'
import { dressed } from './change.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-signature-valid',
  fault: 'signs the event as its logger prints it and sends it as its HTTP client does',
  message: /mismatch|no-match|verif|signature/,
  alsoFails: [
    { requirement: 'webhook-delivery-signature-own-key', because: 'it verifies with no key at all' },
    { requirement: 'webhook-retry-signs-again', because: 'no attempt verifies' },
    { requirement: 'webhook-retry-manual-fresh', because: 'no signature verifies, that of a redelivery neither' },
    { requirement: 'subscription-rotation-overlap', because: 'no signature verifies by either secret' },
    { requirement: 'subscription-rotation-retires', because: 'no signature verifies by the new secret' },
  ],
  parts: () => ({
    dress(attempt, setting) {
      const signed = dressed(attempt, setting, { body: JSON.stringify(JSON.parse(attempt.event.body), null, 2) })
      return { ...signed, body: Buffer.from(attempt.event.body) }
    },
  }),
})
