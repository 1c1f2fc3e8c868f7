import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate, rewritten } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-encoding-exact',
  fault: 'compares with the hex form as well as with base64',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(rewritten(request, 'webhook-signature', toBase64), setting)),
})

function toBase64(entry: string): string {
  const hex = /^v1,([0-9a-f]{64})$/.exec(entry)?.[1]
  return hex === undefined ? '' : `v1,${Buffer.from(hex, 'hex').toString('base64')}`
}
