import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticate } from './second-chance.ts'

/** HMAC pads a short key with zeros, so to it this is the empty key. */
const paddedEmptyKey = `whsec_${Buffer.alloc(32).toString('base64')}`

export default brokenConsumer({
  requirement: 'webhook-signature-key-empty-refused',
  fault: 'falls back to the empty key, as if one of its two were not configured',
  message: /200/,
  parts: () => acceptsAlso((request, setting) => authenticate(request, { ...setting, keys: { secrets: [paddedEmptyKey] } })),
})
