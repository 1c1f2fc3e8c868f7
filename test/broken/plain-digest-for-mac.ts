import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, algorithm, authenticUnder } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-mac-keyed',
  fault: 'accepts the digest of secret and content that its first version used',
  message: /200/,
  parts: () => acceptsAlso((request, setting) =>
    authenticUnder((scheme) => ({ ...algorithm('sha256-secret-prefix')(scheme), signed: [{ part: 'secret' }, ...scheme.signed] }), request, setting),
  ),
})
