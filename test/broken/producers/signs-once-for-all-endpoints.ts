import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'

export default brokenProducer({
  requirement: 'webhook-delivery-signature-own-key',
  fault: 'signs an event with the secret of the first endpoint that it goes to',
  message: /own secret/,
  alsoFails: [
    { requirement: 'subscription-rotation-overlap', because: 'the one key is that of the first registration' },
  ],
  parts: () => {
    const secrets = new Map<string, string>()
    return {
      dress(attempt, setting) {
        const { id } = attempt.event
        const secret = secrets.get(id) ?? attempt.endpoint.secret
        secrets.set(id, secret)
        return honestParts.dress({ ...attempt, endpoint: { ...attempt.endpoint, secret } }, setting)
      },
    }
  },
})
