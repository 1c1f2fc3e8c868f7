import { decodeBase64 } from '../../harness/signing/encoding.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, rightSignature, textOf } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-length-checked',
  fault: 'compares a signature as far as it goes, so that its first bytes are enough',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => {
    const part = decodeBase64(textOf(request, 'webhook-signature').replace(/^v1,/, '')) ?? Buffer.alloc(0)
    return part.length > 0 && part.length < 32 && rightSignature(request, setting)?.subarray(0, part.length).equals(part) === true
  }),
})
