import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SigningKeys } from '../../harness/signing/key.ts'
import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { verify } from '../../harness/signing/verify.ts'
import type { SignatureRefusal, SignedMessage } from '../../harness/signing/verify.ts'
import { post } from './profiles.ts'

const keys: SigningKeys = { secrets: ['right'], config: { publicUrl: 'https://public.example' } }
const hex = (content: string | Buffer, secret = 'right') => createHmac('sha256', secret).update(content).digest('hex')
const base64 = (content: string | Buffer, secret = 'right') => createHmac('sha256', secret).update(content).digest('base64')
const utf8Key = { alg: 'hmac-sha256', key: { encoding: 'utf8' } } as const

/** Hex of the body under one header. */
const plain: SignatureScheme = {
  fields: {},
  signature: { sources: [{ in: 'header', name: 'x-signature' }], encoding: 'hex' },
  schemes: { '': utf8Key },
  signed: [{ part: 'body' }],
  timestamp: null,
}
const listed: SignatureScheme = {
  ...plain,
  fields: { ts: { in: 'sigparam', name: 't', required: true } },
  signature: { sources: [{ in: 'header', name: 'x-signature' }], list: { sep: ',' }, tag: { sep: '=', position: 'before' }, encoding: 'hex', max: 3 },
  schemes: { v1: utf8Key },
  signed: [{ field: 'ts' }, { lit: '.' }, { part: 'body' }],
  timestamp: { field: 'ts', unit: 's', past: 300, future: 60, signed: true },
}
const stamped: SignatureScheme = {
  ...plain,
  fields: { ts: { in: 'header', name: 'x-timestamp' } },
  signed: [{ field: 'ts' }, { part: 'body' }],
  timestamp: { field: 'ts', unit: 's', past: 300, future: 300, signed: true },
}
const identified: SignatureScheme = {
  ...plain,
  fields: { id: { in: 'header', name: 'x-id', required: true, charset: '^[^.]{1,8}$' } },
  signed: [{ field: 'id' }, { lit: '.' }, { part: 'body' }],
}
const inBase64: SignatureScheme = { ...plain, signature: { ...plain.signature, encoding: 'base64' } }
const prefixed: SignatureScheme = { ...plain, signature: { ...plain.signature, prefix: 'sha256=' } }
const guarded: SignatureScheme = { ...plain, guards: [{ in: 'header', name: 'x-version', equals: '1' }] }
const slots: SignatureScheme = {
  ...plain,
  signature: { encoding: 'hex', sources: [{ in: 'header', name: 'x-first', keySlot: 0 }, { in: 'header', name: 'x-second', keySlot: 1 }] },
}
const numbered: SignatureScheme = { ...plain, signature: { encoding: 'hex', sources: [{ in: 'header', pattern: '^x-signature-[0-9]+$' }] } }
const inBody: SignatureScheme = {
  ...plain,
  fields: { ts: { in: 'body', pointer: '/at' } },
  signature: { encoding: 'hex', sources: [{ in: 'body', pointer: '/signature' }] },
  signed: [{ field: 'ts' }],
  covers: 'metadata-only',
  timestamp: { field: 'ts', unit: 'ms', past: 60, future: 60, signed: true },
}
const inItems: SignatureScheme = {
  ...plain,
  items: { pointer: '/items/*' },
  signature: { encoding: 'hex', sources: [{ in: 'item', pointer: '/mac' }] },
  signed: [{ join: ':', missing: '-', of: ['/id', '/amount/value', '/note'] }],
  covers: 'fields',
}
const stampInBody: SignatureScheme = { ...plain, fields: { ts: { in: 'body', pointer: '/at' } }, timestamp: { field: 'ts', unit: 's', past: 9, future: 9, signed: true } }
const configured: SignatureScheme = { ...plain, config: ['publicUrl'], signed: [{ config: 'publicUrl' }, { part: 'method' }, { part: 'body' }] }
const urls: SignatureScheme = { ...plain, signed: [{ part: 'url' }], urlCandidates: ['as-received', 'with-default-port', 'without-port'] }
const form: SignatureScheme = { ...plain, signed: [{ part: 'form', sort: 'key', pair: '{k}{v}', multi: 'dedupe-sort' }] }
const digested: SignatureScheme = {
  ...plain,
  variants: [
    { when: { queryHas: 'digest' }, signed: [{ part: 'url' }], bodyDigest: { in: 'query', name: 'digest', hash: 'sha256', encoding: 'hex' } },
    { signed: [{ lit: 'no digest' }] },
  ],
}
const queried: SignatureScheme = { ...plain, fields: { nonce: { in: 'query', name: 'nonce' } }, signed: [{ field: 'nonce' }] }
const shared: SignatureScheme = { ...plain, signature: { ...plain.signature, encoding: 'utf8' }, schemes: { '': { alg: 'shared-secret', key: { encoding: 'utf8' } } }, signed: [] }
const hashed: SignatureScheme = { ...plain, schemes: { '': { alg: 'sha256-secret-prefix', key: { encoding: 'utf8' } } }, signed: [{ part: 'secret' }, { part: 'body' }] }

const url = (address: string, content = address) => post('b', { 'x-signature': hex(content) }, address)
const list = (value: string) => post('body', { 'x-signature': value })
const right = `v1=${hex('100.body')}`
const wrong = `v1=${hex('100.body', 'wrong')}`
const bodyDigest = createHash('sha256').update('b').digest('hex')
const withDigest = (digest: string, body = 'b') => ({ ...url(`https://h.example/?digest=${digest}`), body: Buffer.from(body) })
const stamp = (text: string) => post('body', { 'x-timestamp': text, 'x-signature': hex(`${text}body`) })
const oneItem = (id: string, mac: string) => `{"id":"${id}","amount":{"value":5},"mac":"${mac}"}`
const upperDigits = hex('body').toUpperCase()
const unpadded = base64('body').replace(/=+$/, '')

interface Rule {
  readonly rule: string
  readonly scheme: SignatureScheme
  readonly accept: SignedMessage
  readonly refuse: SignedMessage
  readonly reason: SignatureRefusal
  readonly secrets?: readonly string[]
  readonly now?: number
}

const rules: readonly Rule[] = [
  { rule: 'the signature is there', scheme: plain, accept: post('body', { 'X-Signature': hex('body') }), refuse: post('body'), reason: 'missing-signature' },
  { rule: 'the signature is not empty', scheme: plain, accept: post('body', { 'x-signature': ` ${hex('body')}\t` }), refuse: post('body', { 'x-signature': ' ' }), reason: 'missing-signature' },
  { rule: 'a header that holds one signature occurs once', scheme: plain, accept: post('body', [['x-signature', hex('body')], ['x-other', 'a']]), refuse: post('body', [['x-signature', hex('body')], ['X-Signature', hex('body')]]), reason: 'repeated-field' },
  { rule: 'the key is the right one', scheme: plain, accept: post('body', { 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': hex('body', 'wrong') }), reason: 'no-match' },
  { rule: 'the bytes are compared to their end', scheme: plain, accept: post('body', { 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': hex('body').slice(0, -2) }), reason: 'no-match' },
  { rule: 'nothing follows the bytes', scheme: plain, accept: post('body', { 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': `${hex('body')}00` }), reason: 'no-match' },
  { rule: 'bytes that are not UTF-8 stay as they are', scheme: plain, accept: post(Buffer.from([0xff, 0xfe]), { 'x-signature': hex(Buffer.from([0xff, 0xfe])) }), refuse: post(Buffer.from([0xff, 0xfd]), { 'x-signature': hex(Buffer.from([0xff, 0xfe])) }), reason: 'no-match' },
  { rule: 'a secret may be one of several', scheme: plain, secrets: ['old', 'right'], accept: post('body', { 'x-signature': hex('body', 'old') }), refuse: post('body', { 'x-signature': hex('body', 'older') }), reason: 'no-match' },

  { rule: 'hex has whole bytes', scheme: plain, accept: post('body', { 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': hex('body').slice(1) }), reason: 'no-usable-entry' },
  { rule: 'hex has hex digits only', scheme: plain, accept: post('body', { 'x-signature': upperDigits }), refuse: post('body', { 'x-signature': `${hex('body')}zz` }), reason: 'no-usable-entry' },
  { rule: 'hex is in lower case where the scheme says so', scheme: { ...plain, signature: { ...plain.signature, hexCase: 'lower' } }, accept: post('body', { 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': upperDigits }), reason: 'no-usable-entry' },
  { rule: 'base64 is padded', scheme: inBase64, accept: post('body', { 'x-signature': base64('body') }), refuse: post('body', { 'x-signature': unpadded }), reason: 'no-usable-entry' },
  { rule: 'base64 has the standard alphabet', scheme: inBase64, accept: post('7', { 'x-signature': base64('7') }), refuse: post('7', { 'x-signature': base64('7').replaceAll('+', '-').replaceAll('/', '_') }), reason: 'no-usable-entry' },
  { rule: 'base64 has no white space inside', scheme: inBase64, accept: post('body', { 'x-signature': base64('body') }), refuse: post('body', { 'x-signature': base64('body').replace(/^..../, '$& ') }), reason: 'no-usable-entry' },
  { rule: 'base64 has nothing behind it', scheme: inBase64, accept: post('body', { 'x-signature': base64('body') }), refuse: post('body', { 'x-signature': `${base64('body')}!` }), reason: 'no-usable-entry' },
  { rule: 'base64 has zero trailing bits', scheme: inBase64, accept: post('body', { 'x-signature': base64('body') }), refuse: post('body', { 'x-signature': unpadded.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)) + '=' }), reason: 'no-usable-entry' },
  { rule: 'the encoding is not guessed', scheme: inBase64, accept: post('body', { 'x-signature': base64('body') }), refuse: post('body', { 'x-signature': hex('body') }), reason: 'no-match' },

  { rule: 'the prefix is there', scheme: prefixed, accept: post('body', { 'x-signature': `sha256=${hex('body')}` }), refuse: post('body', { 'x-signature': hex('body') }), reason: 'no-usable-entry' },
  { rule: 'the prefix is exact', scheme: prefixed, accept: post('body', { 'x-signature': `sha256=${hex('body')}` }), refuse: post('body', { 'x-signature': `SHA256=${hex('body')}` }), reason: 'no-usable-entry' },

  { rule: 'any match accepts: the first', scheme: listed, accept: list(`t=100,${right},${wrong}`), refuse: list(`t=100,${wrong},${wrong}`), reason: 'no-match' },
  { rule: 'any match accepts: the last', scheme: listed, accept: list(`t=100,${wrong},${wrong},${right}`), refuse: list(`t=100,${wrong}`), reason: 'no-match' },
  { rule: 'an unknown tag is skipped', scheme: listed, accept: list(`t=100,v9=junk,${right}`), refuse: list(`t=100,${right.replace('v1', 'v9')}`), reason: 'no-usable-entry' },
  { rule: 'a tag is compared as a whole', scheme: listed, accept: list(`t=100,${right}`), refuse: list(`t=100,${right.replace('v1', 'v10')}`), reason: 'no-usable-entry' },
  { rule: 'a tag is no member of an object', scheme: listed, accept: list(`t=100,constructor=00,${right}`), refuse: list(`t=100,constructor=00`), reason: 'no-usable-entry' },
  { rule: 'a tag must be there', scheme: listed, accept: list(`t=100,${right}`), refuse: list(`t=100,${hex('100.body')}`), reason: 'no-usable-entry' },
  { rule: 'a malformed entry is skipped', scheme: listed, accept: list(`t=100,v1=xyz,${right}`), refuse: list('t=100,v1=xyz'), reason: 'no-usable-entry' },
  { rule: 'an empty entry is skipped', scheme: listed, accept: list(`t=100,v1=,,${right}`), refuse: list('t=100,v1='), reason: 'no-usable-entry' },
  { rule: 'entries beyond the maximum are not looked at', scheme: listed, accept: list(`t=100,${wrong},${wrong},${right}`), refuse: list(`t=100,${wrong},${wrong},${wrong},${right}`), reason: 'no-match' },
  { rule: 'a second header continues a list', scheme: listed, accept: post('body', [['x-signature', 't=100'], ['X-Signature', right]]), refuse: post('body', [['x-signature', `t=100,${right}`], ['X-Signature', 't=100']]), reason: 'repeated-field' },
  { rule: 'spaces around an entry belong to it', scheme: listed, accept: list(`t=100,${right}`), refuse: list(`t=100, ${right}`), reason: 'no-usable-entry' },
  { rule: 'spaces are removed where the scheme says so', scheme: { ...listed, signature: { ...listed.signature, list: { sep: ',', trim: true } } }, accept: list(`t=100 , ${right}`), refuse: list(`t =100, ${right}`), reason: 'missing-field' },

  { rule: 'a needed parameter is there', scheme: listed, accept: list(`t=100,${right}`), refuse: list(right), reason: 'missing-field' },
  { rule: 'a needed parameter is not empty', scheme: listed, accept: list(`${right},t=100`), refuse: list(`t=,v1=${hex('.body')}`), reason: 'missing-field' },
  { rule: 'a needed parameter given twice is refused', scheme: listed, accept: list(`t=100,u=200,${right}`), refuse: list(`t=100,t=200,${right}`), reason: 'repeated-field' },
  { rule: 'a needed parameter given twice with one value is refused', scheme: listed, accept: list(`t=100,${right}`), refuse: list(`t=100,${right},t=100`), reason: 'repeated-field' },
  { rule: 'a signed header is there', scheme: identified, accept: post('body', { 'x-id': 'a', 'x-signature': hex('a.body') }), refuse: post('body', { 'x-signature': hex('.body') }), reason: 'missing-field' },
  { rule: 'a signed header occurs once', scheme: identified, accept: post('body', { 'x-id': 'a', 'x-signature': hex('a.body') }), refuse: post('body', [['x-id', 'a'], ['X-ID', 'a'], ['x-signature', hex('a.body')]]), reason: 'repeated-field' },
  { rule: 'the charset keeps the delimiter out', scheme: identified, accept: post('.body', { 'x-id': 'a', 'x-signature': hex('a..body') }), refuse: post('body', { 'x-id': 'a.', 'x-signature': hex('a..body') }), reason: 'field-grammar' },
  { rule: 'a value too long for any grammar is outside it', scheme: { ...identified, fields: { id: { in: 'header', name: 'x-id', grammar: 'a*' } } }, accept: post('', { 'x-id': 'a'.repeat(4096), 'x-signature': hex(`${'a'.repeat(4096)}.`) }), refuse: post('', { 'x-id': 'a'.repeat(4097), 'x-signature': hex(`${'a'.repeat(4097)}.`) }), reason: 'field-grammar' },
  { rule: 'a grammar is of the whole value', scheme: { ...identified, fields: { id: { in: 'header', name: 'x-id', grammar: 'a|b' } } }, accept: post('', { 'x-id': 'b', 'x-signature': hex('b.') }), refuse: post('', { 'x-id': 'ab', 'x-signature': hex('ab.') }), reason: 'field-grammar' },
  { rule: 'a query parameter occurs once', scheme: queried, accept: url('https://h.example/?nonce=a%20b', 'a b'), refuse: url('https://h.example/?nonce=a&nonce=a', 'a'), reason: 'repeated-field' },
  { rule: 'a signed timestamp is a number', scheme: stamped, accept: stamp('100'), refuse: stamp('abc'), reason: 'field-grammar' },
  { rule: 'a timestamp has no sign', scheme: stamped, accept: stamp('100'), refuse: stamp('+100'), reason: 'field-grammar' },
  { rule: 'a timestamp has no fraction', scheme: stamped, accept: stamp('100'), refuse: stamp('100.0'), reason: 'field-grammar' },
  { rule: 'a timestamp has no exponent', scheme: stamped, accept: stamp('100'), refuse: stamp('1e2'), reason: 'field-grammar' },
  { rule: 'a timestamp that its own grammar lets through is still a time', scheme: { ...stamped, fields: { ts: { in: 'header', name: 'x-timestamp', grammar: '.*' } } }, accept: stamp('100'), refuse: stamp('0x64'), reason: 'field-grammar' },
  { rule: 'a timestamp is not too old', scheme: listed, now: 400_999, accept: list(`t=100,${right}`), refuse: list(`t=99,v1=${hex('99.body')}`), reason: 'too-old' },
  { rule: 'a timestamp is not too new', scheme: listed, now: 40_000, accept: list(`t=100,${right}`), refuse: list(`t=101,v1=${hex('101.body')}`), reason: 'too-new' },
  { rule: 'a forged and old message is refused as forged', scheme: listed, accept: list(`t=100,${right}`), refuse: list(`t=1,${right}`), reason: 'no-match' },

  { rule: 'a guard has its value', scheme: guarded, accept: post('body', { 'x-version': '1', 'x-signature': hex('body') }), refuse: post('body', { 'x-version': '2', 'x-signature': hex('body') }), reason: 'guard' },
  { rule: 'a guard is there', scheme: guarded, accept: post('body', { 'X-Version': '1', 'x-signature': hex('body') }), refuse: post('body', { 'x-signature': hex('body') }), reason: 'guard' },
  { rule: 'a guard occurs once', scheme: guarded, accept: post('body', { 'x-version': '1', 'x-signature': hex('body') }), refuse: post('body', [['x-version', '1'], ['X-Version', '2'], ['x-signature', hex('body')]]), reason: 'repeated-field' },
  { rule: 'a slot has its own key', scheme: slots, secrets: ['one', 'two'], accept: post('body', { 'x-first': hex('body', 'stale'), 'x-second': hex('body', 'two') }), refuse: post('body', { 'x-first': hex('body', 'two'), 'x-second': hex('body', 'one') }), reason: 'no-match' },
  { rule: 'any numbered header may match', scheme: numbered, accept: post('body', { 'X-Signature-1': hex('body', 'wrong'), 'X-Signature-12': hex('body') }), refuse: post('body', { 'x-signature-1': hex('body', 'wrong'), 'x-signature-x': hex('body') }), reason: 'no-match' },

  { rule: 'a signature in the body is read by its pointer', scheme: inBody, accept: post(`{"at":100000,"signature":"${hex('100000')}"}`), refuse: post('{"at":100000,"Signature":"00"}'), reason: 'missing-signature' },
  { rule: 'a body that holds the signature is JSON', scheme: inBody, accept: post(` {"at":"100000","signature":"${hex('100000')}"}\r\n`), refuse: post(`{"at":100000,"signature":"${hex('100000')}"}}`), reason: 'unreadable-body' },
  { rule: 'a number is signed as it is spelled', scheme: inBody, accept: post(`{"at":100000,"signature":"${hex('100000')}"}`), refuse: post(`{"at":1e5,"signature":"${hex('1e5')}"}`), reason: 'field-grammar' },
  { rule: 'a needed member given twice is refused', scheme: inBody, accept: post(`{"at":100000,"x":{"at":1},"signature":"${hex('100000')}"}`), refuse: post(`{"at":1,"at":100000,"signature":"${hex('100000')}"}`), reason: 'repeated-field' },
  { rule: 'a signature given twice in the body is refused', scheme: inBody, accept: post(`{"at":100000,"signature":"${hex('100000')}"}`), refuse: post(`{"at":100000,"signature":"00","signature":"${hex('100000')}"}`), reason: 'repeated-field' },
  { rule: 'a signature in the body is a string', scheme: inBody, accept: post(`{"at":100000,"signature":"${hex('100000')}"}`), refuse: post('{"at":100000,"signature":12}'), reason: 'missing-signature' },
  { rule: 'an authentic body without its timestamp is refused for that', scheme: stampInBody, accept: post('{"at":100}', { 'x-signature': hex('{"at":100}') }), refuse: post('{}', { 'x-signature': hex('{}') }), reason: 'missing-field' },
  { rule: 'authenticity comes before reading: a forged body that is not JSON is forged', scheme: stampInBody, accept: post('{"at":100}', { 'x-signature': hex('{"at":100}') }), refuse: post('{', { 'x-signature': hex('}') }), reason: 'no-match' },
  { rule: 'an authentic body that is not JSON cannot be read', scheme: stampInBody, accept: post('{"at":100}', { 'x-signature': hex('{"at":100}') }), refuse: post('{', { 'x-signature': hex('{') }), reason: 'unreadable-body' },
  { rule: 'all items of a batch match', scheme: inItems, accept: post(`{"items":[${oneItem('a', hex('a:5:-'))},${oneItem('b', hex('b:5:-'))}]}`), refuse: post(`{"items":[${oneItem('a', hex('a:5:-'))},${oneItem('c', hex('b:5:-'))}]}`), reason: 'no-match' },
  { rule: 'every item carries a signature', scheme: inItems, accept: post(`{"items":[${oneItem('a', hex('a:5:-'))}]}`), refuse: post(`{"items":[${oneItem('a', hex('a:5:-'))},{"id":"b"}]}`), reason: 'missing-signature' },
  { rule: 'a batch without items carries no signature', scheme: inItems, accept: post(`{"items":[${oneItem('a', hex('a:5:-'))}]}`), refuse: post('{"items":[]}'), reason: 'missing-signature' },
  { rule: 'a joined member given twice is refused', scheme: inItems, accept: post(`{"items":[{"id":"a","note":null,"mac":"${hex('a:-:-')}"}]}`), refuse: post(`{"items":[{"id":"b","id":"a","mac":"${hex('a:-:-')}"}]}`), reason: 'repeated-field' },

  { rule: 'method and configured values are signed', scheme: configured, accept: post('b', { 'x-signature': hex('https://public.examplePOSTb') }), refuse: { ...post('b', { 'x-signature': hex('https://public.examplePOSTb') }), method: 'PUT' }, reason: 'no-match' },
  { rule: 'the URL may be signed with its default port', scheme: urls, accept: url('https://h.example/a?b', 'https://h.example:443/a?b'), refuse: url('https://h.example/a?b', 'https://h.example:444/a?b'), reason: 'no-match' },
  { rule: 'the URL may be signed without its port', scheme: urls, accept: url('http://h.example:80/', 'http://h.example/'), refuse: url('http://h.example:80/', 'http://h.example'), reason: 'no-match' },
  { rule: 'another spelling is not tried where the scheme does not say so', scheme: { ...plain, signed: [{ part: 'url' }] }, accept: url('https://h.example/'), refuse: url('https://h.example/', 'https://h.example:443/'), reason: 'no-match' },
  { rule: 'some characters of a URL are decoded', scheme: { ...plain, signed: [{ part: 'url', decode: 'hubspot' }] }, accept: url('https://h.example/?a=%3A%2f%20', 'https://h.example/?a=:/%20'), refuse: url('https://h.example/?a=%20', 'https://h.example/?a= '), reason: 'no-match' },
  { rule: 'form pairs are decoded and sorted', scheme: form, accept: post('b=2&a=%2B1+', { 'x-signature': hex('a+1 b2') }), refuse: post('b=2&a=%2B1+', { 'x-signature': hex('b2a+1 ') }), reason: 'no-match' },
  { rule: 'equal form pairs count once', scheme: form, accept: post('a=2&a=1&a=2', { 'x-signature': hex('a1a2') }), refuse: post('a=2&a=1&a=2', { 'x-signature': hex('a1a2a2') }), reason: 'no-match' },
  { rule: 'a variant is used where its condition holds', scheme: digested, accept: withDigest(bodyDigest), refuse: post('b', { 'x-signature': hex('no digest') }, `https://h.example/?digest=${bodyDigest}`), reason: 'no-match' },
  { rule: 'the signed digest is that of the body', scheme: digested, accept: withDigest(bodyDigest), refuse: withDigest(bodyDigest, 'c'), reason: 'body-digest' },
  { rule: 'the signed digest is well formed', scheme: digested, accept: withDigest(bodyDigest.toUpperCase()), refuse: withDigest('b'), reason: 'body-digest' },
  { rule: 'the digest is given once', scheme: digested, accept: withDigest(bodyDigest), refuse: withDigest(`${bodyDigest}&digest=${bodyDigest}`), reason: 'repeated-field' },
  { rule: 'a shared secret is compared as a whole', scheme: shared, accept: post('any', { 'x-signature': 'right' }), refuse: post('any', { 'x-signature': 'righ' }), reason: 'no-match' },
  { rule: 'a shared secret is bytes', scheme: shared, secrets: ['ключ'], accept: post('any', { 'x-signature': Buffer.from('ключ').toString('latin1') }), refuse: post('any', { 'x-signature': 'ключ' }), reason: 'no-match' },
  { rule: 'a digest has the secret in front', scheme: hashed, secrets: ['old', 'right'], accept: post('b', { 'x-signature': createHash('sha256').update('rightb').digest('hex') }), refuse: post('b', { 'x-signature': createHash('sha256').update('b').digest('hex') }), reason: 'no-match' },
]

describe.each(rules)('$rule', ({ scheme, accept, refuse, reason, secrets = keys.secrets, now = 100_000 }) => {
  test('accepts', () => {
    expect(verify(scheme, accept, { ...keys, secrets }, now)).toMatchObject({ verified: true })
  })
  test(`refuses: ${reason}`, () => {
    expect(verify(scheme, refuse, { ...keys, secrets }, now)).toEqual({ verified: false, reason })
  })
})

test('the tag of the matching entry is told', () => {
  const scheme = { ...listed, schemes: { v0: { ...utf8Key, alg: 'hmac-sha1' as const }, v1: utf8Key } }
  expect(verify(scheme, list(`t=100,v0=00,${right}`), keys, 100_000)).toEqual({ verified: true, tag: 'v1' })
})

test('a long run of entries, parameters or blanks takes no time to speak of', () => {
  const started = performance.now()
  for (const value of [`t=100,${'v1=00,'.repeat(50_000)}${right}`, `${'t=1,'.repeat(50_000)}${right}`, `a${' '.repeat(200_000)}b`]) {
    expect(verify(listed, list(value), keys, 100_000)).toMatchObject({ verified: false })
  }
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a MAC over nothing is a fault of the profile', () => {
  expect(() => verify({ ...plain, signed: [] }, post('', { 'x-signature': hex('') }), keys, 0)).toThrow(expect.objectContaining({ code: 'broken-profile' }))
})

test('a configured value that is missing is a fault of the configuration', () => {
  expect(() => verify(configured, post('', { 'x-signature': hex('') }), { secrets: ['right'] }, 0)).toThrow(expect.objectContaining({ code: 'usage' }))
})
