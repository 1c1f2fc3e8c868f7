import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openEnvelope, preAuthEncoding, sealEnvelope } from '../../harness/trust/dsse.ts'
import { keyId, readPrivateKey, readPublicKey } from '../../harness/trust/key.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = (key: typeof publicKey) => key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString()

describe('an envelope', () => {
  test('signs the pre-authentication encoding of the DSSE protocol', () => {
    expect(preAuthEncoding(Buffer.from('hello world'), 'http://example.com/HelloWorld').toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
    const envelope = JSON.parse(sealEnvelope('{"ü":1}', privateKey))
    const body = Buffer.from(envelope.payload, 'base64')
    expect(body.toString()).toBe('{"ü":1}')
    expect(envelope.payloadType).toBe('application/vnd.in-toto+json')
    const signed = Buffer.from(`DSSEv1 28 application/vnd.in-toto+json 8 {"ü":1}`)
    expect(verify(null, signed, publicKey, Buffer.from(envelope.signatures[0].sig, 'base64'))).toBe(true)
    expect(envelope.signatures[0].keyid).toBe(keyId(createPublicKey(privateKey)))
  })

  test('is opened by the key that belongs to it, and by no other', () => {
    const text = sealEnvelope('{}', privateKey)
    expect(openEnvelope(text, publicKey)).toEqual({ payload: '{}' })
    expect(openEnvelope(text, generateKeyPairSync('ed25519').publicKey)).toMatchObject({ refused: 'signature' })
  })

  const text = sealEnvelope('{"a":1}', privateKey)
  const changed: readonly (readonly [title: string, text: string, refused: string])[] = [
    ['no JSON', 'x', 'envelope'],
    ['a list', '[]', 'envelope'],
    ['another type of payload', text.replace('vnd.in-toto+json', 'json'), 'envelope'],
    ['no signature', JSON.stringify({ ...JSON.parse(text), signatures: [] }), 'envelope'],
    ['another payload', text.replace(/"payload": "[^"]*"/, `"payload": "${Buffer.from('{"a":2}').toString('base64')}"`), 'signature'],
    ['a short signature', text.replace(/"sig": ".{8}/, '"sig": "'), 'signature'],
    ['another key id', text.replace(/"keyid": "\w/, '"keyid": "x'), 'envelope'],
    ['a blank more', text.replace('{', '{ '), 'envelope'],
    ['a second signature', JSON.stringify({ ...JSON.parse(text), signatures: [JSON.parse(text).signatures[0], { sig: 'AA==' }] }), 'envelope'],
  ]

  test.each(changed)('with %s is refused', (_title, broken, refused) => {
    expect(openEnvelope(broken, publicKey)).toMatchObject({ refused, fact: expect.stringMatching(/\w/) })
  })

  test('that somebody else signed too is refused with that reason, though DSSE would let it pass', () => {
    const envelope = JSON.parse(text)
    const other = JSON.parse(sealEnvelope('{"a":1}', generateKeyPairSync('ed25519').privateKey))
    const both = `${JSON.stringify({ ...envelope, signatures: [...envelope.signatures, ...other.signatures] }, null, 2)}\n`
    expect(openEnvelope(both, publicKey)).toMatchObject({ refused: 'envelope', fact: expect.stringContaining('2 signatures') })
  })
})

describe('a key', () => {
  test('is read from PEM', () => {
    expect(keyId(readPrivateKey(pem(privateKey), 'k'))).toBe(keyId(readPublicKey(pem(publicKey), 'k')))
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }).toString()
  const faults: readonly (readonly [title: string, read: () => unknown])[] = [
    ['that is none', () => readPrivateKey('hello', 'k')],
    ['of another algorithm', () => readPrivateKey(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'k')],
    ['that is locked', () => readPrivateKey(locked, 'k')],
    ['that is public where a private one is needed', () => readPrivateKey(pem(publicKey), 'k')],
    ['that is private where a public one is needed', () => readPublicKey(pem(privateKey), 'k')],
  ]

  test.each(faults)('%s is refused with a cure that does not show it', (_title, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'bad-key', exitCode: 2, cure: expect.stringContaining('openssl') }))
    expect(read).not.toThrow(/MC4CAQ/)
  })
})
