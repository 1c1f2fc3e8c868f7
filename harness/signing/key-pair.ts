import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** The two halves of an asymmetric key; the signing half is absent where only the public key is known. */
export interface KeyPair {
  readonly verifying: KeyObject
  readonly signing?: KeyObject
}

const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An Ed25519 public key of 32 bytes (RFC 8032 §5.1.5), or `undefined` at any other length. */
export function ed25519Public(bytes: Buffer): KeyPair | undefined {
  if (bytes.length !== 32) return undefined
  return { verifying: createPublicKey({ key: Buffer.concat([spkiHead, bytes]), format: 'der', type: 'spki' }) }
}

/** The key pair of an Ed25519 seed of 32 bytes. */
export function ed25519Seed(seed: Buffer): Required<KeyPair> {
  const signing = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  return { verifying: createPublicKey(signing), signing }
}

/** An Ed25519 private key: a seed, or seed and public key in 64 bytes. `undefined` when the two halves do not belong together. */
export function ed25519Private(bytes: Buffer): KeyPair | undefined {
  if (bytes.length !== 32 && bytes.length !== 64) return undefined
  const pair = ed25519Seed(bytes.subarray(0, 32))
  return bytes.length === 32 || publicBytes(pair.verifying).equals(bytes.subarray(32)) ? pair : undefined
}

/** The 32 bytes of an Ed25519 public key. */
export function publicBytes(verifying: KeyObject): Buffer {
  return verifying.export({ format: 'der', type: 'spki' }).subarray(-32)
}

/** A P-256 key from DER: SubjectPublicKeyInfo (RFC 5480) or PKCS#8 (RFC 5958). `undefined` for any other key. */
export function p256Pair(der: Buffer): KeyPair | undefined {
  const verifying = attempt(() => createPublicKey({ key: der, format: 'der', type: 'spki' }))
  if (verifying !== undefined) return isP256(verifying) ? { verifying } : undefined
  const signing = attempt(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  return signing !== undefined && isP256(signing) ? { verifying: createPublicKey(signing), signing } : undefined
}

/** A fresh P-256 key; both texts are DER in base64. `random` is asked again for a number outside the group. */
export function freshP256(random: (bytes: number) => Buffer): { readonly signing: string; readonly verifying: string } {
  const curve = createECDH('prime256v1')
  for (let tries = 0; tries < 8 && attempt(() => curve.setPrivateKey(random(32))) === undefined; tries += 1);
  const point = curve.getPublicKey()
  const coordinates = { x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }
  const d = curve.getPrivateKey().toString('base64url').padStart(43, 'A')
  const signing = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, ...coordinates }, format: 'jwk' })
  return {
    signing: signing.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    verifying: createPublicKey(signing).export({ format: 'der', type: 'spki' }).toString('base64'),
  }
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
