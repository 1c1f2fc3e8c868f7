import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { HarnessError } from '../errors.ts'

/** The key that signs attestations, from its PEM text. @throws HarnessError `bad-key`; no part of the key is in it. */
export function readPrivateKey(pem: string, from: string): KeyObject {
  if (pem.includes('ENCRYPTED')) throw new HarnessError('bad-key', `the private key of ${from} is locked with a passphrase`, 'give it unlocked, by env:NAME from the store of secrets: openssl pkey -in KEY')
  const key = attempt(() => createPrivateKey(pem))
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new HarnessError('bad-key', `${from} is no Ed25519 private key in PEM`, 'make one: openssl genpkey -algorithm ed25519 -out attest.pem')
}

/** The key that attestations are verified with, from its PEM text. @throws HarnessError `bad-key`. */
export function readPublicKey(pem: string, from: string): KeyObject {
  const key = pem.includes('PRIVATE KEY') ? undefined : attempt(() => createPublicKey(pem))
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new HarnessError('bad-key', `${from} is no Ed25519 public key in PEM`, 'take it out of the private one: openssl pkey -in attest.pem -pubout -out attest.pub')
}

/** What an envelope calls a key: the hex SHA-256 digest of its SubjectPublicKeyInfo. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key)
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex')
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
