import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-key-decoding',
  fault: 'uses the text of the secret as the key, as well as its decoded bytes',
  message: /200/,
  parts: () => acceptsAlso((request, setting) =>
    authenticUnder((scheme) => ({ ...scheme, schemes: { v1: { alg: 'hmac-sha256', key: { encoding: 'utf8' } } } }), request, setting),
  ),
})
