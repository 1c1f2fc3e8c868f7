import { decodeBase64 } from '../../harness/signing/encoding.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten, rightSignature, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-forged-refused',
  fault: 'ends its comparison one byte too early',
  message: /200/,
  parts: () =>
    acceptsAlso((request, setting) => {
      const told = decodeBase64(/^v1,(.*)$/.exec(textOf(request, 'webhook-signature'))?.[1] ?? '')
      const right = rightSignature(request, setting)
      if (told?.length !== 32 || right?.subarray(0, 31).equals(told.subarray(0, 31)) !== true) return false
      return authenticate(rewritten(request, 'webhook-signature', () => `v1,${right.toString('base64')}`), setting)
    }),
})
