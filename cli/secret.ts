import { HarnessError } from '../harness/errors.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { readSecret, type GivenSecret } from '../harness/signing/given-secret.ts'
import { readKeys, type SigningKeys } from '../harness/signing/key.ts'

export type { GivenSecret } from '../harness/signing/given-secret.ts'

/** Reads `env:NAME`, `file:PATH` or the text itself. @throws HarnessError `bad-secret`; the secret is not part of it. */
export async function readSecrets(given: readonly string[]): Promise<readonly GivenSecret[]> {
  return Promise.all(given.map((each) => readSecret(each, '--secret')))
}

/**
 * The keys of a profile, checked before anything is sent. With `maybeOther` the target may name another profile, so that
 * only a missing secret is a fault.
 *
 * @throws HarnessError `bad-secret` for no secret, or one that does not fit.
 */
export function keysFor(profile: Profile, secrets: readonly GivenSecret[], maybeOther = false): SigningKeys {
  if (secrets.length === 0) throw noSecret(profile)
  const keys = { secrets: secrets.map(({ text }) => text) }
  if (!maybeOther) readKeys(profile.signature, keys, 'sign')
  return keys
}

/** A consumer cannot be judged without a secret. `more` goes on with the cure. */
export function noSecret(profile: Profile, more = ''): HarnessError {
  const pairs = Object.values(profile.signature.schemes).every(({ alg }) => alg === 'ed25519' || alg === 'ecdsa-p256-sha256')
  const which = pairs ? 'the private key whose public key the target is configured with' : 'the same secret that the target is configured with'
  return new HarnessError('bad-secret', 'no secret was given', `give ${which}: --secret env:NAME, or --secret file:PATH${more}`)
}
