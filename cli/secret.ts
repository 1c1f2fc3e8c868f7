import { readFile } from 'node:fs/promises'
import { HarnessError } from '../harness/errors.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { readKeys, type SigningKeys } from '../harness/signing/key.ts'
import { environment } from './options.ts'

/** A secret, and how a shell spells it without showing it. */
export interface GivenSecret {
  readonly text: string
  /** `env:NAME`, `file:PATH`, or undefined for a secret that was typed. */
  readonly spelled: string | undefined
}

/** Reads `env:NAME`, `file:PATH` or the text itself. @throws HarnessError `bad-secret`; the secret is not part of it. */
export async function readSecrets(given: readonly string[]): Promise<readonly GivenSecret[]> {
  return Promise.all(given.map(readSecret))
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

async function readSecret(given: string): Promise<GivenSecret> {
  if (given.startsWith('env:')) return { text: environment(given.slice(4), 'secret'), spelled: given }
  if (!given.startsWith('file:')) return { text: given, spelled: undefined }
  const path = given.slice(5)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new HarnessError('bad-secret', `the file ${path} of --secret cannot be read`, 'correct the path, or let this user read it', { cause })
  })
  if (bytes.length > 65_536) throw new HarnessError('bad-secret', `the file ${path} of --secret is larger than 64 KiB`, 'name the file that holds nothing but the secret')
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  if (text === '') throw new HarnessError('bad-secret', `the file ${path} of --secret is empty`, 'write the secret into it')
  return { text, spelled: given }
}
