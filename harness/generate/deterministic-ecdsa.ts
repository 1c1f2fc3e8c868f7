import { createECDH, createHash, createHmac, type KeyObject } from 'node:crypto'

/** Order of the base point of P-256 (SEC 2, section 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/**
 * An ECDSA signature over P-256 and SHA-256 in DER, the same for the same key and content (RFC 6979, section 3.2).
 *
 * `node:crypto` takes a fresh random number for each signature, and a file made with one would never be made again. Not in constant
 * time: for fixtures, never for a sender.
 */
export function deterministicEcdsa(key: KeyObject, content: Buffer): Buffer {
  const secret = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  const digest = createHash('sha256').update(content).digest()
  const d = numberOf(secret)
  const z = numberOf(digest)
  for (const number of candidates(bytesOf(d), bytesOf(z % order))) {
    const curve = createECDH('prime256v1')
    curve.setPrivateKey(number)
    const r = numberOf(curve.getPublicKey().subarray(1, 33)) % order
    const s = (inverse(numberOf(number)) * (z + r * d)) % order
    if (r !== 0n && s !== 0n) return der(r, s)
  }
  throw new RangeError('no number of the group was found') // never: the generator ends with the universe
}

/** The secret numbers that key and digest determine, those outside the group left out. */
function* candidates(key: Buffer, digest: Buffer): Generator<Buffer> {
  let k = Buffer.alloc(32, 0)
  let v = Buffer.alloc(32, 1)
  const mac = (...parts: readonly Buffer[]) => parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', k)).digest()
  for (const separator of [0, 1]) {
    k = mac(v, Buffer.from([separator]), key, digest)
    v = mac(v)
  }
  for (;;) {
    v = mac(v)
    const number = numberOf(v)
    if (number > 0n && number < order) yield v
    k = mac(v, Buffer.from([0]))
    v = mac(v)
  }
}

/** By Fermat: the order is prime. */
function inverse(number: bigint): bigint {
  let [result, base] = [1n, number % order]
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order
    base = (base * base) % order
  }
  return result
}

/** SEQUENCE of two INTEGERs (RFC 3279, section 2.2.3). */
function der(r: bigint, s: bigint): Buffer {
  const integer = (value: bigint) => {
    const shortest = bytesOf(value).subarray(bytesOf(value).findIndex((byte) => byte !== 0))
    const signed = (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest
    return Buffer.concat([Buffer.from([2, signed.length]), signed])
  }
  const both = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.from([0x30, both.length]), both])
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function bytesOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}
