import { describe, expect, test } from 'vitest'
import { compileProfile } from '../../harness/profile/compile.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { smallest, withLine } from './document.ts'
import { faultOf, load } from './load-text.ts'

describe('a document of a user', () => {
  test('compiles with its defaults filled in', async () => {
    expect(await load(smallest)).toMatchObject({
      name: 'orders',
      title: 'Orders',
      version: '1.2.0',
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      signature: { covers: 'body', timestamp: { field: 'ts' } },
      acknowledgement: { deadlineMs: 2000, success: ['2xx'], refusal: [401, 403, 400], minBodyBytes: 65_536 },
      samples: [{ name: 'Delivery', headers: [], contentType: 'application/json', body: '{"id":1}' }],
    })
  })

  test('compiles the same as JSON', async () => {
    const { parse } = await import('yaml')
    const asJson = await load(JSON.stringify(parse(smallest), null, '\t'), 'orders.json')
    expect({ ...asJson, hash: '' }).toEqual({ ...(await load(smallest)), hash: '' })
  })

  test('takes the signature from a trait, with the message winning member by member', async () => {
    const text = withLine('    Delivery:', '    Delivery:\n      traits: [{ $ref: "#/components/messageTraits/strict" }]').concat(
      '  messageTraits:\n    strict:\n      contentType: application/vnd.orders+json\n      x-signature: { timestamp: { past: 5, future: 5 }, weak: [unsigned-id] }\n',
    )
    const { signature, samples } = await load(text)
    expect(signature).toMatchObject({ timestamp: { past: 60 }, weak: ['unsigned-id'] })
    expect(samples[0]?.contentType).toBe('application/vnd.orders+json')
  })

  test('may be written from the side of the consumer', async () => {
    expect((await load(withLine('    action: send', '    action: receive'))).acknowledgement.deadlineMs).toBe(2000)
  })

  test('takes the acknowledgement from the receiving operation of the same channel', async () => {
    const text = withLine('    x-acknowledgement:\n      deadline: 2s', '  answer:\n    action: receive\n    channel: { $ref: "#/channels/webhook" }\n    x-acknowledgement: { deadline: 3s }')
    expect((await load(text)).acknowledgement.deadlineMs).toBe(3000)
  })

  test('collects the examples of every message that is signed the same way', async () => {
    const text = withLine('      delivery: { $ref: \'#/components/messages/Delivery\' }', "      delivery: { $ref: '#/components/messages/Delivery' }\n      other: { $ref: '#/components/messages/Other' }")
      .replace("    messages:\n      - { $ref: '#/channels/webhook/messages/delivery' }\n", '')
      .replace('      x-signature:', '      x-signature: &signature')
      .concat('    Other:\n      x-signature: *signature\n      examples:\n        - name: second\n          payload: { id: 2 }\n')
    expect((await load(text)).samples.map(({ body }) => body)).toEqual(['{"id":1}', '{"id":2}'])
  })

  test('keeps the extensions of other tools', async () => {
    expect((await load(withLine('    action: send', '    action: send\n    x-internal: true\n    x-eventcatalog-owner: shop'))).name).toBe('orders')
  })

  test.each(['3.0.0', '3.1.0'])('may be one of AsyncAPI %s', async (version) => {
    expect((await load(withLine('asyncapi: 3.0.0', `asyncapi: ${version}`))).name).toBe('orders')
  })

  test('may describe other protocols beside HTTP, which are left to their own tools', async () => {
    const bound = (bindings: string) => load(withLine('    address: null', `    address: null\n    bindings: ${bindings}`))
    expect((await bound('{ kafka: { bindingVersion: 99.0.0, queue: [] } }')).name).toBe('orders')
    expect(await faultOf(bound('{ cafka: {} }'))).toMatchObject({ fact: expect.stringContaining('/channels/webhook/bindings: has the unknown member "cafka"') as string })
  })

  test('derives the grammar of a timestamp from its unit', async () => {
    const { signature } = await load(withLine("          ts: { in: header, name: x-time, grammar: '^[0-9]+$' }", '          ts: { in: header, name: x-time }'))
    expect(signature.fields['ts']?.grammar).toBe('^[0-9]{1,12}$')
  })
})

describe('a fault in a document is told with its line and a cure', () => {
  test.each([
    ['no signature', '      x-signature:', '      x-foreign:', '9:3: no message of the document has x-signature', /add x-signature/],
    ['a misspelt extension', '    x-acknowledgement:', '    x-acknowledgment:', '14:5: the extension x-acknowledgment is unknown', /write x-acknowledgement/],
    ['an extension in the wrong place', '    address: null', '    address: null\n    x-signature: {}', '6:5: x-signature has no meaning on a channel', /the message or the operation/],
    ['a misspelt member', '      deadline: 2s', '      dedline: 2s', '15:7: x-acknowledgement: has the unknown member "dedline" (allowed: deadline, success,', /schemas\/x-acknowledgement\.json/],
    ['a bare number as duration', '      deadline: 2s', '      deadline: "2"', '15:7: x-acknowledgement/deadline: has the wrong form (allowed: A number with its unit', /x-acknowledgement/],
    ['an unknown algorithm', "        schemes: { '': { alg: hmac-sha256, key: { encoding: utf8 } } }", "        schemes: { '': { alg: md5, key: { encoding: utf8 } } }", '24:26: x-signature/schemes//alg: has another value (allowed: "hmac-sha1"', /x-signature/],
    ['a part without its field', '        signed: [{ field: ts }, { part: body }]', '        signed: [{ field: id }, { part: body }]', '25:18: the signed content names the field "id", which x-signature does not define (defined: ts)', /add "id" under fields/],
    ['a part without its configured value', '        signed: [{ field: ts }, { part: body }]', '        signed: [{ config: url }, { part: body }]', '25:18: the signed content names the configured value "url"', /add "url" to config/],
    ['a timestamp without its field', '        timestamp: { field: ts, unit: s, past: 60, future: 60, signed: true }', '        timestamp: { field: at, unit: s, past: 60, future: 60, signed: true }', '26:22: the timestamp is read from the field "at"', /add "at" under fields/],
    ['an invalid regular expression', "          ts: { in: header, name: x-time, grammar: '^[0-9]+$' }", "          ts: { in: header, name: x-time, grammar: '^([0-9]+$' }", '22:43: "^([0-9]+$" is not a regular expression', /as in JavaScript/],
    ['a tag without its grammar', "        schemes: { '': { alg: hmac-sha256, key: { encoding: utf8 } } }", '        schemes: { v1: { alg: hmac-sha256, key: { encoding: utf8 } } }', '24:20: the scheme "v1" has a tag', /declare signature\.tag/],
    ['no example', '      examples:\n        - payload: { id: 1 }', '      description: none', '18:5: the delivered message has no example', /--event FILE/],
    ['a deduplication that the example lacks', '      deadline: 2s', '      deduplication: { places: [{ in: body, pointer: /event_id }] }', '28:11: the example has nothing at /event_id', /complete the example/],
    ['a header that cannot be sent', '        - payload: { id: 1 }', '        - headers: { X-Topic: "a\\r\\nb" }\n          payload: { id: 1 }', '28:22: the example\'s header "X-Topic" cannot be sent', /one line/],
    ['a remote reference', "      delivery: { $ref: '#/components/messages/Delivery' }", "      delivery: { $ref: 'https://example.com/messages.yaml#/Delivery' }", '7:19: the reference "https://example.com/messages.yaml#/Delivery" leaves the document', /never fetched/],
    ['a reference to a file', "      delivery: { $ref: '#/components/messages/Delivery' }", "      delivery: { $ref: './messages.yaml#/Delivery' }", '7:19: the reference "./messages.yaml#/Delivery" leaves the document', /bundle the document/],
    ['a reference to nothing', "      delivery: { $ref: '#/components/messages/Delivery' }", "      delivery: { $ref: '#/components/messages/Missing' }", '7:19: the reference "#/components/messages/Missing" leads nowhere', /existing member/],
    ['a circle of references', "      delivery: { $ref: '#/components/messages/Delivery' }", "      delivery: { $ref: '#/channels/webhook/messages/delivery' }", '7:19: the reference "#/channels/webhook/messages/delivery" leads nowhere', /existing member/],
    ['an unknown action', '    action: send', '    action: emit', '10:5: not valid AsyncAPI 3.0.0: /operations/deliver/action: has another value (allowed: "send", "receive")', /any AsyncAPI tool/],
    ['a misspelt member of AsyncAPI', '    action: send', '    action: send\n    mesages: []', '11:5: not valid AsyncAPI 3.0.0: /operations/deliver: has the unknown member "mesages"', /any AsyncAPI tool/],
    ['an older AsyncAPI', 'asyncapi: 3.0.0', 'asyncapi: 2.6.0', '1:1: AsyncAPI 2.6.0 is not supported', /3\.0\.0 or 3\.1\.0/],
    ['a version that does not exist', 'asyncapi: 3.0.0', 'asyncapi: 3.0.9', '1:1: not valid AsyncAPI 3.0.9: /asyncapi: has another value (allowed: "3.0.0", "3.1.0")', /any AsyncAPI tool/],
    ['something else', 'asyncapi: 3.0.0', 'openapi: 3.1.0', '1:1: this is not an AsyncAPI document', /AsyncAPI 3 document/],
    ['broken YAML', '    action: send', '    action: [send', '11:5: ', /correct the YAML/],
    ['a key twice', '    action: send', '    action: send\n    action: send', '11:5: Map keys must be unique', /correct the YAML/],
  ])('%s', async (_, line, replacement, fact, cure) => {
    const fault = await faultOf(load(withLine(line, replacement)))
    expect(fault).toMatchObject({ code: 'broken-profile', cure: expect.stringMatching(cure) as string })
    expect(fault.fact).toContain(`orders.yaml:${fact}`)
  })

  test('an alias bomb is refused', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `x-l${level}: &l${level} [${level === 0 ? 'a, a' : Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ')}]`)
    expect(await faultOf(load(`${smallest}${levels.join('\n')}\n`))).toMatchObject({ code: 'broken-profile', fact: expect.stringMatching(/alias/i) as string })
  })

  test('a document above 1 MiB is refused', async () => {
    expect(await faultOf(load(`${smallest}# ${'x'.repeat(1_048_576)}\n`))).toMatchObject({ code: 'broken-profile', fact: expect.stringContaining('larger than 1 MiB') as string })
  })

  test('without positions, the path of the member is named', () => {
    expect(() => compileProfile({ asyncapi: '3.0.0', info: { title: 'Orders', version: '1' }, operations: {} }, { name: 'orders', hash: '' })).toThrow(/^orders#\/operations: the document has no operation/)
  })
})

describe('the name of a profile', () => {
  test.each([
    ['stripo', /did you mean stripe\?/],
    ['standard-webhook', /did you mean standard-webhooks/],
    ['hubspot', /hubspot-v1 or hubspot-v2 or hubspot-v3/],
    ['nothing-like-it', /built in are event-delivery, adyen/],
  ])('%s is unknown and its neighbours are named', async (name, cure) => {
    expect(await faultOf(loadProfile(name))).toMatchObject({ code: 'unknown-profile', cure: expect.stringMatching(cure) as string })
  })

  test('a built-in one is loaded without a file', async () => {
    expect((await loadProfile('github')).signature.legacy).toEqual([{ name: 'x-hub-signature', prefix: 'sha1=', alg: 'hmac-sha1', encoding: 'hex' }])
  })

  test('a file that is not there is told', async () => {
    expect(await faultOf(loadProfile('/nowhere/missing.yaml'))).toMatchObject({ code: 'unknown-profile', fact: expect.stringContaining('missing.yaml cannot be read') as string })
  })
})
