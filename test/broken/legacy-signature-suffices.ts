import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { brokenConsumer } from './broken-consumer.ts'
import { acceptsAlso, authenticUnder } from './second-chance.ts'

export default brokenConsumer({
  requirement: 'webhook-signature-legacy-refused',
  fault: 'falls back to the legacy signature when there is no other',
  message: /200/,
  profile: 'github',
  parts: () => acceptsAlso((request, setting) => authenticUnder(legacyOf, request, setting)),
})

function legacyOf(scheme: SignatureScheme): SignatureScheme {
  const [legacy] = scheme.legacy ?? []
  if (legacy === undefined) return scheme
  return {
    ...scheme,
    signature: { sources: [{ in: 'header', name: legacy.name }], prefix: legacy.prefix ?? '', encoding: legacy.encoding },
    schemes: { '': { alg: legacy.alg, key: { encoding: 'utf8' } } },
  }
}
