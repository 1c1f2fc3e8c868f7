import { HarnessError } from '../errors.ts'
import { decodeBase64, decodeHex } from './encoding.ts'
import { ed25519Private, ed25519Public, p256Pair, publicBytes } from './key-pair.ts'
import type { KeyPair } from './key-pair.ts'
import type { SignatureAlgorithm, SignatureScheme } from './scheme.ts'

export { generateSecret, otherKeysFor } from './fresh-key.ts'

/** What both sides of a scheme configure out of band. */
export interface SigningKeys {
  /** Texts as the provider shows them, in slot order; several during a rotation. */
  readonly secrets: readonly string[]
  /** Values by the names in the scheme's `config`. */
  readonly config?: Readonly<Record<string, string>>
}

/** One secret, decoded for one tag of the scheme. */
export interface SchemeKey {
  readonly tag: string
  /** Index of the secret in `secrets`. */
  readonly slot: number
  readonly algorithm: SignatureAlgorithm
  /** The bytes of a symmetric key, or those that encode the public key. Never empty. */
  readonly bytes: Buffer
  /** Present for Ed25519 and ECDSA only. */
  readonly pair?: KeyPair
}

/**
 * The keys of a scheme by tag, each list in slot order.
 *
 * A prefix selects the tag; without one a secret serves every tag that has none. A private key stands for its public key
 * too. Only the 32 bytes of an Ed25519 key without a prefix are ambiguous: they are the public key, unless `purpose` is
 * `sign`, because whoever knows a public key could sign with it if a verifier took it for a seed.
 *
 * @throws HarnessError `bad-secret`: no secret, an empty or undecodable key, one shorter than the scheme allows, or a
 * prefix that fits no tag. The secret is not part of the message.
 */
export function readKeys(
  scheme: SignatureScheme,
  keys: SigningKeys,
  purpose: 'verify' | 'sign' = 'verify',
): ReadonlyMap<string, readonly SchemeKey[]> {
  if (keys.secrets.length === 0) throw badSecret('No secret was given.', scheme)
  const byTag = new Map<string, SchemeKey[]>()
  for (const [slot, secret] of keys.secrets.entries()) {
    for (const tag of tagsFor(scheme, secret)) {
      byTag.set(tag, [...(byTag.get(tag) ?? []), readKey(scheme, tag, slot, secret, purpose)])
    }
  }
  return byTag
}

/** The tag that the first secret signs with: `whsec_` selects `v1`, `whsk_` selects `v1a`. Empty for a scheme without tags. */
export function selectedTag(scheme: SignatureScheme, keys: SigningKeys): string {
  const [secret] = keys.secrets
  if (secret === undefined) throw badSecret('No secret was given.', scheme)
  return tagsFor(scheme, secret)[0] ?? ''
}

/** The text to configure at a verifier for a signing secret: the public key of a pair, otherwise the secret itself. */
export function verifyingSecret(scheme: SignatureScheme, signing: string): string {
  const key = [...readKeys(scheme, { secrets: [signing] }, 'sign').values()].flat()[0]
  if (key?.pair === undefined) return signing
  return (key.algorithm.key.prefix ?? '') + key.bytes.toString(textEncoding(key.algorithm.key.encoding))
}

/**
 * The first secret's bytes after decoding: its key where the scheme decodes keys, and where the text itself is the key, what
 * a mistaken base64 decoding of it (without `whsec_`) would give. Of a key pair it is the public key.
 */
export function decodedKeyOf(scheme: SignatureScheme, keys: SigningKeys): Buffer {
  const key = readKeys(scheme, keys, 'sign').get(selectedTag(scheme, keys))?.[0]
  const [secret = ''] = keys.secrets
  if (key !== undefined && key.algorithm.key.encoding !== 'utf8') return key.bytes
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
}

function tagsFor(scheme: SignatureScheme, secret: string): readonly string[] {
  const tags = Object.entries(scheme.schemes)
  const prefixed = tags.filter(([, { key }]) => [key.prefix, key.signingPrefix].some((prefix) => prefix && secret.startsWith(prefix)))
  const fitting = prefixed.length > 0 ? prefixed : tags.filter(([, { key }]) => !key.prefix && !key.signingPrefix)
  if (fitting.length === 0) throw badSecret(secret === '' ? 'The secret is empty.' : 'The secret has no prefix that the signature scheme knows.', scheme)
  return fitting.map(([tag]) => tag)
}

function readKey(scheme: SignatureScheme, tag: string, slot: number, secret: string, purpose: 'verify' | 'sign'): SchemeKey {
  const algorithm = scheme.schemes[tag]
  if (algorithm === undefined) throw badSecret('The secret fits no algorithm of the signature scheme.', scheme)
  const { prefix = '', signingPrefix = '', encoding, minBytes = 0 } = algorithm.key
  const isSigning = signingPrefix !== '' && secret.startsWith(signingPrefix)
  const text = secret.slice(isSigning ? signingPrefix.length : secret.startsWith(prefix) ? prefix.length : 0)
  const bytes = encoding === 'utf8' ? Buffer.from(text, 'utf8') : encoding === 'hex' ? decodeHex(text) : decodeBase64(text)
  if (bytes === undefined) throw badSecret(`The secret is not ${encoding}.`, scheme)
  if (bytes.length === 0) throw badSecret('The secret is empty.', scheme)
  if (bytes.length < minBytes) throw badSecret(`The secret has ${bytes.length} bytes; the signature scheme asks for at least ${minBytes}.`, scheme)
  const isPair = algorithm.alg === 'ed25519' || algorithm.alg === 'ecdsa-p256-sha256'
  if (!isPair) return { tag, slot, algorithm, bytes }
  const pair = algorithm.alg === 'ed25519' ? ed25519Pair(bytes, isSigning, signingPrefix !== '', purpose) : p256Pair(bytes)
  if (pair === undefined) throw badSecret(`The secret is not a key for ${algorithm.alg}.`, scheme)
  const verifying = algorithm.alg === 'ed25519' ? publicBytes(pair.verifying) : pair.verifying.export({ format: 'der', type: 'spki' })
  return { tag, slot, algorithm, bytes: verifying, pair }
}

function ed25519Pair(bytes: Buffer, isSigning: boolean, isPrefixed: boolean, purpose: 'verify' | 'sign'): KeyPair | undefined {
  if (isPrefixed) return isSigning ? ed25519Private(bytes) : ed25519Public(bytes)
  return bytes.length === 64 || purpose === 'sign' ? ed25519Private(bytes) : ed25519Public(bytes)
}

/** The encoding in which a binary key is written as text. */
export function textEncoding(encoding: SignatureAlgorithm['key']['encoding']): 'hex' | 'base64' {
  return encoding === 'hex' ? 'hex' : 'base64'
}

function badSecret(fact: string, scheme: SignatureScheme): HarnessError {
  return new HarnessError('bad-secret', fact, `Give the secret as ${Object.values(scheme.schemes).map(spelling).join(', or ')}.`)
}

function spelling({ alg, key }: SignatureAlgorithm): string {
  if (alg === 'ecdsa-p256-sha256') return 'a P-256 key in DER and base64 (SPKI or PKCS#8)'
  const form = { utf8: 'text', base64: 'padded base64', hex: 'hex' }[key.encoding]
  const prefixes = [key.prefix, key.signingPrefix].filter((prefix) => prefix).map((prefix) => `${prefix}…`)
  return prefixes.length > 0 ? `${prefixes.join(' or ')} with ${form}` : `non-empty ${form}`
}
