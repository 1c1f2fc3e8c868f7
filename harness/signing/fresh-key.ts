import { HarnessError } from '../errors.ts'
import { ed25519Seed, freshP256, publicBytes } from './key-pair.ts'
import { selectedTag, textEncoding } from './key.ts'
import type { SigningKeys } from './key.ts'
import type { SignatureScheme } from './scheme.ts'

/** A secret as the provider shows it: what signs, and what a verifier is configured with. Equal for a symmetric key. */
export interface FreshSecret {
  readonly signing: string
  readonly verifying: string
}

/**
 * A fresh secret for the first tag of a scheme.
 *
 * Keys that are decoded have 32 bytes (`whsec_` and base64), texts 40 ASCII characters, unless the scheme asks for more.
 * The signing text of an Ed25519 key is seed and public key together, which is never ambiguous. `random` must give that
 * many bytes; the same bytes give the same secret.
 */
export function generateSecret(scheme: SignatureScheme, random: (bytes: number) => Buffer): FreshSecret {
  return secretFor(scheme, Object.keys(scheme.schemes)[0] ?? '', random)
}

/** The keys of a stranger: a fresh secret for the tag that the first secret selects, under the same configuration. */
export function otherKeysFor(scheme: SignatureScheme, keys: SigningKeys, random: (bytes: number) => Buffer): SigningKeys {
  return { ...keys, secrets: [secretFor(scheme, selectedTag(scheme, keys), random).signing] }
}

function secretFor(scheme: SignatureScheme, tag: string, random: (bytes: number) => Buffer): FreshSecret {
  const algorithm = scheme.schemes[tag]
  if (algorithm === undefined) throw new HarnessError('broken-profile', 'The signature scheme names no algorithm.', 'Add one under x-signature.schemes.')
  const { prefix = '', signingPrefix = '', encoding, minBytes = 0 } = algorithm.key
  if (algorithm.alg === 'ecdsa-p256-sha256') {
    const pair = freshP256(random)
    return { signing: signingPrefix + pair.signing, verifying: prefix + pair.verifying }
  }
  if (algorithm.alg === 'ed25519') {
    const seed = random(32)
    const { verifying } = ed25519Seed(seed)
    const spell = (bytes: Buffer) => bytes.toString(textEncoding(encoding))
    return { signing: signingPrefix + spell(Buffer.concat([seed, publicBytes(verifying)])), verifying: prefix + spell(publicBytes(verifying)) }
  }
  const text = prefix + (encoding === 'utf8' ? randomText(random(Math.max(40, minBytes))) : random(Math.max(32, minBytes)).toString(encoding))
  return { signing: text, verifying: text }
}

/** Six bits of each byte choose one of 64 characters, so none is likelier than another. */
function randomText(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.'
  return Array.from(bytes, (byte) => alphabet.charAt(byte & 63)).join('')
}
