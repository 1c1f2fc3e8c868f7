import { decodeBase64 } from '../../harness/signing/encoding.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, rightSignature, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-forged-refused',
  fault: 'ends its comparison one byte too early',
  message: /200/,
  parts: () =>
    acceptsAlso((request, setting) => {
      const told = decodeBase64(textOf(request, 'webhook-signature').replace(/^v1,/, '')) ?? Buffer.alloc(0)
      return told.length === 32 && rightSignature(request, setting)?.subarray(0, 31).equals(told.subarray(0, 31)) === true
    }),
})
