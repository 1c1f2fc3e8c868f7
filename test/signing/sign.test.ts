import { createHash, createHmac, randomBytes } from 'node:crypto'
import { Webhooks } from '@octokit/webhooks'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { computeSignature, encodeSignature, entryFor, sign, signatureHeader, signedContent } from '../../harness/signing/sign.ts'
import { verify } from '../../harness/signing/verify.ts'
import { post, schemeNamed } from './profiles.ts'

const utf8Key = { alg: 'hmac-sha256', key: { encoding: 'utf8' } } as const
const plain: SignatureScheme = {
  fields: {},
  signature: { sources: [{ in: 'header', name: 'X-Signature' }], encoding: 'hex', prefix: 'sha256=' },
  schemes: { '': utf8Key },
  signed: [{ part: 'body' }],
  timestamp: null,
}
const listed: SignatureScheme = {
  fields: { ts: { in: 'sigparam', name: 't' }, id: { in: 'header', name: 'X-Id' } },
  signature: { sources: [{ in: 'header', name: 'X-Signature' }], encoding: 'base64', list: { sep: ',', trim: true }, tag: { sep: '=', position: 'before' } },
  schemes: { v1: utf8Key },
  signed: [{ field: 'ts' }, { lit: '.' }, { field: 'id' }, { lit: '.' }, { part: 'body' }],
  timestamp: null,
}
const fields = { ts: '100', id: 'a' }
const one = { secrets: ['one'] }
const mac = (secret: string | Buffer, content: string) => createHmac('sha256', secret).update(content).digest()

describe('a signature is placed where the scheme says', () => {
  test('with its prefix, in place of every header of that name', () => {
    const signed = sign(plain, post('body', [['x-signature', 'stale'], ['X-Other', 'kept'], ['X-SIGNATURE', 'stale']]), one)
    expect(signed.headers).toEqual([['X-Signature', `sha256=${mac('one', 'body').toString('hex')}`], ['X-Other', 'kept']])
  })

  test('behind its parameters, one entry a secret', () => {
    const { headers } = sign(listed, post('body'), { secrets: ['one', 'two'] }, { fields })
    const entries = ['one', 'two'].map((secret) => `v1=${mac(secret, '100.a.body').toString('base64')}`)
    expect(headers).toEqual([['X-Id', 'a'], ['X-Signature', `t=100, ${entries.join(', ')}`]])
  })

  test('in numbered headers', () => {
    const scheme: SignatureScheme = { ...plain, signature: { sources: [{ in: 'header', pattern: '^x-signature-[0-9]+$' }], encoding: 'hex' } }
    const { headers } = sign(scheme, post('body', { 'X-Signature-7': 'stale' }), { secrets: ['one', 'two'] })
    expect(headers).toEqual([['x-signature-1', mac('one', 'body').toString('hex')], ['x-signature-2', mac('two', 'body').toString('hex')]])
  })

  test('in the slot of its key, beside the guards', () => {
    const { headers } = sign(schemeNamed('box'), post('body'), { secrets: ['one', 'two'] }, { fields: { ts: '2020-01-01T00:00:00Z' } })
    const at = (name: string) => headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
    const content = 'body2020-01-01T00:00:00Z'
    expect(at('box-signature-primary')).toEqual([mac('one', content).toString('base64')])
    expect(at('box-signature-secondary')).toEqual([mac('two', content).toString('base64')])
    expect([at('box-signature-version'), at('box-signature-algorithm')]).toEqual([['1'], ['HmacSHA256']])
  })

  test('in the body, whose other bytes stay', () => {
    const signed = sign(schemeNamed('mailgun'), post('{"n":1.0, "signature":{"timestamp":"1"}}'), one, { fields: { ts: '100', id: 'abc' } })
    const signature = mac('one', '100abc').toString('hex')
    expect(signed.body.toString()).toBe(`{"n":1.0, "signature":{"timestamp":"100","token":"abc","signature":"${signature}"}}`)
  })

  test('in every item of a batch', () => {
    const item = (reference: string) => ({ NotificationRequestItem: { pspReference: reference, amount: { value: 5, currency: 'EUR' } } })
    const signed = sign(schemeNamed('adyen'), post(JSON.stringify({ notificationItems: [item('a'), item('b')] })), { secrets: ['00ff'] })
    const key = Buffer.from('00ff', 'hex')
    for (const reference of ['a', 'b']) expect(signed.body.toString()).toContain(mac(key, `${reference}::::5:EUR::`).toString('base64'))
    expect(verify(schemeNamed('adyen'), signed, { secrets: ['00ff'] }, 0)).toMatchObject({ verified: true })
  })

  test('nowhere in a body that cannot hold it', () => {
    const body = Buffer.from([0xff])
    expect(sign(schemeNamed('adyen'), post(body), { secrets: ['00ff'] }).body).toEqual(body)
    expect(sign(schemeNamed('mailgun'), post(body), one, { fields: { ts: '100', id: 'abc' } }).body).toEqual(body)
  })

  test('over a time that stands in the body', () => {
    const signed = sign(schemeNamed('linear'), post('{"webhookTimestamp":1,"n":1.0}'), one, { fields: { ts: '1676056940508' } })
    expect(signed.body.toString()).toBe('{"webhookTimestamp":1676056940508,"n":1.0}')
    expect(verify(schemeNamed('linear'), signed, one, 1_676_056_940_508)).toMatchObject({ verified: true })
  })

  test('over a URL whose digest is that of the body', () => {
    const signed = sign(schemeNamed('twilio'), post('{}', {}, 'https://h.example/?a=1&bodySHA256=stale&b=2'), one)
    const digest = createHash('sha256').update('{}').digest('hex')
    expect(signed.url).toBe(`https://h.example/?a=1&bodySHA256=${digest}&b=2`)
    expect(verify(schemeNamed('twilio'), signed, one, 0)).toMatchObject({ verified: true })
  })
})

describe('a choice replaces one step', () => {
  const right = mac('one', '100.a.body')

  test('the entries', () => {
    const place = (entries: (entry: string) => readonly string[]) => sign(listed, post('body'), one, { fields, entries }).headers.at(-1)?.[1]
    expect(place((entry) => ['v1=AAAA', entry])).toBe(`t=100, v1=AAAA, v1=${right.toString('base64')}`)
    expect(place(() => [])).toBe('t=100')
    expect(sign(plain, post('body'), one, { entries: () => [] }).headers).toEqual([])
    expect(sign(plain, post('body'), one, { entries: () => [''] }).headers).toEqual([['X-Signature', '']])
  })

  test('the fields, whatever their grammar', () => {
    const signed = sign(listed, post('body'), one, { fields: { ts: ' x', id: '' } })
    expect(signed.headers).toEqual([['X-Id', ''], ['X-Signature', `t= x, v1=${mac('one', ' x..body').toString('base64')}`]])
  })

  test.each([
    ['the key', { key: Buffer.alloc(0) }, mac('', '100.a.body')],
    ['the content', { content: Buffer.from('other') }, mac('one', 'other')],
    ['the algorithm', { algorithm: 'hmac-sha1' }, createHmac('sha1', 'one').update('100.a.body').digest()],
    ['the MAC by a digest', { algorithm: 'sha256-secret-prefix' }, createHash('sha256').update('one100.a.body').digest()],
    ['nothing', {}, right],
  ] as const)('%s', (_, choice, raw) => {
    expect(computeSignature(listed, post('body'), one, { fields, ...choice })).toEqual(raw)
  })

  test('a digest that signs its secret takes the chosen key for it', () => {
    const raw = computeSignature(schemeNamed('hubspot-v1'), post('body'), one, { key: Buffer.from('two') })
    expect(raw).toEqual(createHash('sha256').update('twobody').digest())
  })
})

test('the pieces make the same header as the whole', () => {
  const raw = computeSignature(listed, post('body'), one, { fields })
  const entry = entryFor(listed, 'v1', encodeSignature('base64', raw))
  expect(signedContent(listed, post('body'), fields, one).toString()).toBe('100.a.body')
  expect(sign(listed, post('body'), one, { fields }).headers.at(-1)?.[1]).toBe(signatureHeader(listed, fields, [entry]))
  expect(entryFor(listed, undefined, 'abc')).toBe('abc')
})

test('a signed field without a value is a fault of the caller', () => {
  expect(() => sign(listed, post('body'), one, { fields: { ts: '1' } })).toThrow(expect.objectContaining({ code: 'internal' }))
})

test('a field that stands in the message need not be given', () => {
  expect(computeSignature(listed, post('body', { 'x-id': 'a' }), one, { fields: { ts: '100' } })).toEqual(mac('one', '100.a.body'))
})

describe('libraries of the providers accept what is signed', () => {
  const body = '{"id": "evt_1", "n": 1.0}'
  const seconds = String(Math.floor(Date.now() / 1000))
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const headersOf = (scheme: string, secrets: readonly string[], values: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(sign(schemeNamed(scheme), post(body), { secrets }, { fields: values }).headers.map(([name, value]) => [name.toLowerCase(), value]))

  test('standardwebhooks', () => {
    const headers = headersOf('standard-webhooks', [secret], { id: 'msg_1', ts: seconds })
    expect(new StandardWebhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
  })
  test('svix', () => {
    const headers = headersOf('svix', [secret], { id: 'msg_1', ts: seconds })
    expect(() => new SvixWebhook(secret).verify(body, headers)).not.toThrow()
  })
  test('stripe', () => {
    const headers = headersOf('stripe', [secret], { ts: seconds })
    expect(Stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)).toMatchObject({ id: 'evt_1' })
  })
  test('octokit', async () => {
    expect(await new Webhooks({ secret: 'text' }).verify(body, headersOf('github', ['text'])['x-hub-signature-256'] ?? '')).toBe(true)
  })
})
