import { createHash, createHmac, sign as signWith, timingSafeEqual, verify as verifyWith } from 'node:crypto'
import { HarnessError } from '../errors.ts'
import type { SchemeKey } from './key.ts'
import { ed25519Private, p256Pair } from './key-pair.ts'
import type { KeyPair } from './key-pair.ts'
import type { SignatureAlgorithm } from './scheme.ts'

type AlgorithmName = SignatureAlgorithm['alg']

/** Equality of two byte strings in time that depends on their lengths alone; different lengths are unequal. */
export function sameBytes(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The test that tells the right signatures of a content under a key. Never throws on bytes from a message. */
export function signatureTest(key: SchemeKey, content: Buffer): (signature: Buffer) => boolean {
  const { pair, algorithm } = key
  if (pair === undefined) {
    const right = symmetricSignature(algorithm.alg, key.bytes, content)
    return (signature) => sameBytes(right, signature)
  }
  if (algorithm.alg === 'ed25519') return (signature) => signature.length === 64 && verifyWith(null, content, pair.verifying, signature)
  return (signature) => verifyWith('sha256', content, { key: pair.verifying, dsaEncoding: 'der' }, signature)
}

/**
 * The raw bytes of a signature.
 *
 * `key` is a decoded key of the scheme, or raw bytes in its place: of a symmetric key, even an empty one, of an Ed25519
 * seed, of a PKCS#8 document. `alg` may differ from the key's own.
 */
export function signatureOf(alg: AlgorithmName, key: SchemeKey | Buffer, content: Buffer): Buffer {
  if (alg !== 'ed25519' && alg !== 'ecdsa-p256-sha256') return symmetricSignature(alg, Buffer.isBuffer(key) ? key : key.bytes, content)
  const signing = (Buffer.isBuffer(key) ? rawPair(alg, key) : key.pair)?.signing
  if (signing === undefined) {
    throw new HarnessError('bad-secret', 'The secret can verify signatures and cannot make them.', 'Give the private key of the pair.')
  }
  return alg === 'ed25519' ? signWith(null, content, signing) : signWith('sha256', content, { key: signing, dsaEncoding: 'der' })
}

function symmetricSignature(alg: AlgorithmName, key: Buffer, content: Buffer): Buffer {
  if (alg === 'shared-secret') return key
  if (alg === 'sha256-secret-prefix') return createHash('sha256').update(content).digest()
  return createHmac(alg.slice('hmac-'.length), key).update(content).digest()
}

function rawPair(alg: 'ed25519' | 'ecdsa-p256-sha256', bytes: Buffer): KeyPair | undefined {
  return alg === 'ed25519' ? ed25519Private(bytes) : p256Pair(bytes)
}
