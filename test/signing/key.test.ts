import { describe, expect, test } from 'vitest'
import { decodedKeyOf, generateSecret, readKeys, selectedTag, verifyingSecret } from '../../harness/signing/key.ts'
import type { SignatureAlgorithm, SignatureScheme } from '../../harness/signing/scheme.ts'
import { sign } from '../../harness/signing/sign.ts'
import { verify } from '../../harness/signing/verify.ts'
import { post, random, schemes } from './profiles.ts'

function schemeWith(algorithms: Readonly<Record<string, SignatureAlgorithm>>): SignatureScheme {
  return {
    fields: {},
    signature: { sources: [{ in: 'header', name: 'x-signature' }], list: { sep: ' ' }, tag: { sep: ',', position: 'before' }, encoding: 'base64' },
    schemes: algorithms,
    signed: [{ part: 'body' }],
    timestamp: null,
  }
}

const tagged = schemeWith({
  v1: { alg: 'hmac-sha256', key: { prefix: 'whsec_', encoding: 'base64', minBytes: 16 } },
  v1a: { alg: 'ed25519', key: { prefix: 'whpk_', signingPrefix: 'whsk_', encoding: 'base64' } },
})
const text = schemeWith({ v1: { alg: 'hmac-sha256', key: { encoding: 'utf8' } } })
const hex = schemeWith({ v1: { alg: 'hmac-sha256', key: { encoding: 'hex' } } })
const bare = schemeWith({ v1: { alg: 'ed25519', key: { encoding: 'hex' } } })
const curve = schemeWith({ v1: { alg: 'ecdsa-p256-sha256', sigFormat: 'der', key: { encoding: 'base64', format: 'spki' } } })

const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
const privateKey = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='

describe('a secret that no key can be read from ends the run', () => {
  test.each([
    ['no secret at all', tagged, []],
    ['an empty secret', tagged, ['']],
    ['a prefix with nothing behind it', tagged, ['whsec_']],
    ['an empty text', text, ['']],
    ['an empty hex key', hex, ['']],
    ['an empty secret beside a good one', text, ['good', '']],
    ['no prefix where every tag has one', tagged, ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']],
    ['a tag in front of the prefix', tagged, ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']],
    ['base64 that is not padded', tagged, ['whsec_AAAAAAAAAAAAAAAAAAAAAA']],
    ['fewer bytes than the scheme asks for', tagged, ['whsec_AAAA']],
    ['hex of half a byte', hex, ['abc']],
    ['a public key of the wrong length', tagged, ['whpk_AAAA']],
    ['a private key whose halves do not belong together', tagged, [`whsk_${Buffer.alloc(64, 7).toString('base64')}`]],
    ['DER that is no key', curve, ['AAAA']],
  ])('%s', (_, scheme, secrets) => {
    expect(() => verify(scheme, post(''), { secrets }, 0)).toThrow(expect.objectContaining({ code: 'bad-secret', exitCode: 2 }))
    expect(() => sign(scheme, post(''), { secrets })).toThrow(expect.objectContaining({ code: 'bad-secret' }))
  })

  test('for every built-in scheme the empty secret does', () => {
    for (const [name, scheme] of schemes) {
      expect(() => readKeys(scheme, { secrets: [''] }), name).toThrow(expect.objectContaining({ code: 'bad-secret' }))
    }
  })

  test('the secret is not in the message', () => {
    expect(() => readKeys(hex, { secrets: ['not-hex-at-all'] })).toThrow(expect.not.objectContaining({ message: expect.stringContaining('not-hex') }))
  })
})

test('the prefix selects the tag', () => {
  expect(selectedTag(tagged, { secrets: [publicKey] })).toBe('v1a')
  expect(selectedTag(tagged, { secrets: [privateKey] })).toBe('v1a')
  expect(selectedTag(tagged, { secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', publicKey] })).toBe('v1')
  expect([...readKeys(tagged, { secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', publicKey] }).keys()]).toEqual(['v1', 'v1a'])
})

test('a private key verifies what it signs, and so does its public key', () => {
  const signed = sign(tagged, post('body'), { secrets: [privateKey] })
  expect(verifyingSecret(tagged, privateKey)).toBe(publicKey)
  expect(verify(tagged, signed, { secrets: [publicKey] }, 0)).toEqual({ verified: true, tag: 'v1a' })
  expect(verify(tagged, signed, { secrets: [privateKey] }, 0)).toEqual({ verified: true, tag: 'v1a' })
})

test('a public key does not sign', () => {
  expect(() => sign(tagged, post('body'), { secrets: [publicKey] })).toThrow(expect.objectContaining({ code: 'bad-secret' }))
})

test('a public key without a prefix is never taken for a seed by a verifier', () => {
  const { signing, verifying } = generateSecret(bare, random)
  const forged = sign(bare, post('body'), { secrets: [verifying] })
  expect(verify(bare, forged, { secrets: [verifying] }, 0)).toEqual({ verified: false, reason: 'no-match' })
  const seed = signing.slice(0, 64)
  expect(verify(bare, sign(bare, post('body'), { secrets: [seed] }), { secrets: [verifying] }, 0)).toMatchObject({ verified: true })
  expect(verify(bare, sign(bare, post('body'), { secrets: [signing] }), { secrets: [signing] }, 0)).toMatchObject({ verified: true })
})

test('a P-256 private key verifies what it signs, and its public key too', () => {
  const { signing, verifying } = generateSecret(curve, random)
  const signed = sign(curve, post('body'), { secrets: [signing] })
  expect(verifyingSecret(curve, signing)).toBe(verifying)
  expect(verify(curve, signed, { secrets: [signing] }, 0)).toMatchObject({ verified: true })
  expect(verify(curve, signed, { secrets: [verifying] }, 0)).toMatchObject({ verified: true })
})

test.each([
  ['zero numbers', '3006020100020100'],
  ['no DER', 'ffff'],
  ['a sequence that promises more than there is', '30440220'],
])('an ECDSA signature of %s is refused without a fault', (_, der) => {
  const { verifying } = generateSecret(curve, random)
  const message = post('body', { 'x-signature': `v1,${Buffer.from(der, 'hex').toString('base64')}` })
  expect(verify(curve, message, { secrets: [verifying] }, 0)).toEqual({ verified: false, reason: 'no-match' })
})

test('a fresh secret has the shape that the scheme shows', () => {
  expect(generateSecret(tagged, random).signing).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(generateSecret(text, random).signing).toMatch(/^[\w.]{40}$/)
  expect(generateSecret(hex, random).signing).toMatch(/^[0-9a-f]{64}$/)
  expect(generateSecret(bare, random).verifying).toMatch(/^[0-9a-f]{64}$/)
})

test('the same random bytes give the same secret', () => {
  const fixed = (bytes: number) => Buffer.alloc(bytes, 9)
  for (const [name, scheme] of schemes) expect(generateSecret(scheme, fixed), name).toEqual(generateSecret(scheme, fixed))
})

test('the decoded key of a text is what a mistaken decoding gives', () => {
  expect(decodedKeyOf(text, { secrets: ['whsec_AAAA'] })).toEqual(Buffer.alloc(3))
  expect(decodedKeyOf(tagged, { secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`] })).toEqual(Buffer.alloc(24, 1))
})
