import { randomBytes } from 'node:crypto'
import { brokenProducer } from './broken-producer.ts'
import { makingSecrets } from './change.ts'

export default brokenProducer({
  requirement: 'sender-secret-strong',
  fault: 'makes secrets of twelve bytes',
  message: /24 bytes/,
  variant: makingSecrets,
  parts: () => ({
    createSecret() {
      const secret = `whsec_${randomBytes(12).toString('base64')}`
      return { signing: secret, verifying: secret }
    },
  }),
})
