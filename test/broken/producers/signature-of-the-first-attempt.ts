import { headerValues, withHeader } from '../../../harness/http/headers.ts'
import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-retry-signs-again',
  fault: 'sends every attempt with its own timestamp and the signature of the first',
  message: /verifies on every attempt/,
  alsoFails: [
    { requirement: 'webhook-retry-manual-fresh', because: 'a redelivery is a further attempt' },
    { requirement: 'subscription-rotation-overlap', because: 'a retry in the overlap carries the signature of before' },
  ],
  parts: () => {
    const signatures = new Map<string, string>()
    return {
      dress(attempt, setting) {
        const request = honestParts.dress(attempt, setting)
        const key = `${attempt.event.id} ${attempt.endpoint.id}`
        const signature = signatures.get(key) ?? headerValues(request.headers, 'webhook-signature')[0] ?? ''
        signatures.set(key, signature)
        return { ...request, headers: withHeader(request.headers, 'webhook-signature', signature) }
      },
    }
  },
})
