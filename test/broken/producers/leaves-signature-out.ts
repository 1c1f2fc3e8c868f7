import { withoutHeader } from '../../../harness/http/headers.ts'
import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-headers-complete',
  fault: 'sends deliveries without their signature',
  message: /webhook-signature/,
  alsoFails: [
    { requirement: 'webhook-delivery-signature-valid', because: 'a signature that is not there cannot verify' },
    { requirement: 'webhook-delivery-signature-own-key', because: 'a signature that is not there is by nobody’s key' },
    { requirement: 'webhook-retry-signs-again', because: 'no attempt has a signature' },
    { requirement: 'webhook-retry-manual-fresh', because: 'a redelivery has no signature either' },
    { requirement: 'subscription-rotation-overlap', because: 'nothing is signed by either secret' },
    { requirement: 'subscription-rotation-retires', because: 'nothing is signed by the new secret' },
  ],
  parts: () => ({
    dress(attempt, setting) {
      const request = honestParts.dress(attempt, setting)
      return { ...request, headers: withoutHeader(request.headers, 'webhook-signature') }
    },
  }),
})
