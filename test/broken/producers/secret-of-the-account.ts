import { honestParts } from '../../../reference/producer/parts.ts'
import { brokenProducer } from './broken-producer.ts'
import { makingSecrets } from './change.ts'

export default brokenProducer({
  requirement: 'sender-secret-per-endpoint',
  fault: 'has one secret for all endpoints',
  message: /secret for each endpoint/,
  variant: makingSecrets,
  alsoFails: [
    { requirement: 'webhook-delivery-signature-own-key', because: 'one secret for all is no endpoint’s own' },
  ],
  parts: () => {
    let secret: ReturnType<typeof honestParts.createSecret> | undefined
    return { createSecret: (setting) => (secret ??= honestParts.createSecret(setting)) }
  },
})
