import { describe, expect, test } from 'vitest'
import { headerValues } from '../../harness/http/headers.ts'
import type { CapturedAttempt, ScriptedAnswer } from '../../harness/http/capture.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { verify } from '../../harness/signing/verify.ts'
import { bench, idOf } from './producer-bench.ts'

const hourMs = 3_600_000
const ok: ScriptedAnswer = { do: 'answer', status: 200 }
const failure: ScriptedAnswer = { do: 'answer', status: 500 }

describe('every built-in profile of webhooks', () => {
  test.each(builtInProfiles().filter(({ withoutWebhooks }) => !withoutWebhooks).map(({ name }) => name))('%s: a delivery verifies with the secret of its endpoint and no other', async (name) => {
    const { profile, capture, clock, call } = await bench(name)
    const received = capture.open('endpoint', [ok])
    const secret = generateSecret(profile.signature, counting(1))
    const stranger = generateSecret(profile.signature, counting(99))
    await call('POST', '/conformance/subscriptions', { url: received.url, secret: secret.signing })
    expect(await call('POST', '/conformance/events', { events: [{ type: 'order.created', data: { marker: 'm-1' } }] })).toMatchObject({ status: 202 })
    await clock.sleep(1000)
    const [attempt] = received.attempts
    expect(attempt).toMatchObject({ method: 'POST' })
    expect(attempt?.body.toString()).toContain('m-1')
    const judge = (text: string) => verify(profile.signature, { method: 'POST', url: received.url, headers: attempt?.headers ?? [], body: attempt?.body ?? Buffer.alloc(0) }, { secrets: [text], config: Object.fromEntries((profile.signature.config ?? []).map((key) => [key, received.url])) }, attempt?.arrivedAt ?? 0)
    expect(judge(secret.verifying)).toMatchObject({ verified: true })
    expect(judge(stranger.verifying)).toMatchObject({ verified: false })
  })
})

describe('registration', () => {
  test('answers 201 with what was registered and never with the secret', async () => {
    const { endpoint, call } = await bench()
    const made = await endpoint([ok], { filter: { customerId: 'cust-1' } })
    const body = { id: made.id, url: made.url, events: ['order.created'], status: 'active', createdAt: '2026-01-01T00:00:00.000Z' }
    expect(made.told).toEqual({ status: 201, body })
    expect(await call('GET', `/api/v1/webhooks/${made.id}`)).toEqual({ status: 200, body })
    expect(await call('GET', '/api/v1/webhooks')).toEqual({ status: 200, body: { webhooks: [body] } })
  })

  test.each([
    ['without a url', { events: ['a'] }, 'missing_url'],
    ['with a url that is no text', { url: 7, events: ['a'] }, 'missing_url'],
    ['with a relative url', { url: '/webhook', events: ['a'] }, 'invalid_url'],
    ['with another scheme', { url: 'ftp://client.example.com/', events: ['a'] }, 'invalid_url'],
    ['with user information', { url: 'https://a:b@client.example.com/', events: ['a'] }, 'invalid_url'],
    ['without types', { url: 'https://client.example.com/' }, 'invalid_events'],
    ['with a type that is no text', { url: 'https://client.example.com/', events: [1] }, 'invalid_events'],
    ['with a secret of another scheme', { url: 'https://client.example.com/', events: ['a'], secret: 'plain' }, 'invalid_secret'],
    ['with a filter that is a list', { url: 'https://client.example.com/', events: ['a'], filter: [] }, 'invalid_filter'],
    ['that is an array', [], 'invalid_body'],
    ['that is not JSON', '{"url":', 'invalid_body'],
    ['that is empty', '', 'invalid_body'],
  ])('refuses one %s', async (_, body, code) => {
    const { call } = await bench()
    expect(await call('POST', '/api/v1/webhooks', body)).toEqual({ status: 400, body: { error: { code, message: expect.any(String), timestamp: '2026-01-01T00:00:00.000Z' } } })
    expect(await call('GET', '/api/v1/webhooks')).toMatchObject({ body: { webhooks: [] } })
  })

  test.each([
    ['http://0.0.0.0/'], ['http://10.0.0.1/'], ['http://172.31.255.255/'], ['http://192.168.1.1/'], ['http://169.254.169.254/'], ['http://100.100.100.200/'],
    ['http://0xa9fea9fe/'], ['http://2852039166/'], ['http://0251.0376.0251.0376/'], ['http://10.1/'], ['http://224.0.0.1/'], ['http://255.255.255.255/'],
    ['http://[::]/'], ['http://[fe80::1]/'], ['http://[fd00:ec2::254]/'], ['http://[::ffff:10.0.0.1]/'], ['http://[::10.0.0.1]/'], ['http://[64:ff9b::a00:1]/'], ['http://[2002:a00:1::]/'], ['http://[2001:db8::1]/'], ['http://[ff02::1]/'],
  ])('refuses %s', async (url) => {
    const { call } = await bench()
    expect(await call('POST', '/api/v1/webhooks', { url, events: ['a'] })).toMatchObject({ status: 400, body: { error: { code: 'invalid_url' } } })
  })

  test.each([['https://client.example.com/webhook'], ['http://93.184.215.14/'], ['http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/'], ['http://172.32.0.1/'], ['http://127.0.0.1:1/'], ['http://[::1]:1/'], ['http://localhost:1/']])('takes %s', async (url) => {
    const { call } = await bench()
    expect(await call('POST', '/api/v1/webhooks', { url, events: ['a'] })).toMatchObject({ status: 201, body: { url } })
  })

  test('makes a secret where none is given, and does not tell it', async () => {
    const { endpoint, publish } = await bench()
    const made = await endpoint([ok], { secret: undefined })
    await publish({})
    expect(headerValues((await made.next(hourMs) ?? made.attempts[0])?.headers ?? [], 'webhook-signature')[0]).toMatch(/^v1,/)
    expect(JSON.stringify(made.told.body)).not.toContain('whsec_')
  })

  test('ends with a deletion: no retry follows, and the id is unknown', async () => {
    const { endpoint, publish, call, clock } = await bench()
    const made = await endpoint([failure])
    await publish({})
    await clock.sleep(1000)
    expect(await call('DELETE', `/api/v1/webhooks/${made.id}`)).toEqual({ status: 204, body: undefined })
    await clock.sleep(hourMs)
    await publish({})
    await clock.sleep(hourMs)
    expect(made.attempts).toHaveLength(1)
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['GET', '/health']] as const) expect(await call(method, `/api/v1/webhooks/${made.id}${path}`)).toMatchObject({ status: 404, body: { error: { code: 'unknown_webhook' } } })
  })

  test('tells a health that counts attempts', async () => {
    const { endpoint, publish, call, clock } = await bench()
    const made = await endpoint([failure, ok])
    const health = () => call('GET', `/api/v1/webhooks/${made.id}/health`)
    expect(await health()).toEqual({ status: 200, body: { id: made.id, status: 'healthy', successRate: null, lastSuccess: null, lastFailure: null, failureCount: 0, totalDeliveries: 0 } })
    await publish({})
    await clock.sleep(hourMs)
    expect(await health()).toMatchObject({ body: { successRate: 50, failureCount: 1, totalDeliveries: 2, lastFailure: '2026-01-01T00:00:00.000Z', lastSuccess: '2026-01-01T00:00:05.000Z' } })
  })
})

describe('publication', () => {
  test('reaches exactly the endpoints that asked for the type and whose filter matches', async () => {
    const { endpoint, publish, clock } = await bench()
    const plain = await endpoint([ok])
    const filtered = await endpoint([ok], { filter: { customerId: 'cust-2' } })
    const nested = await endpoint([ok], { filter: { 'a/b': { x: 1, y: [2] } } })
    const longer = await endpoint([ok], { events: ['order.created.v2', 'order'] })
    await publish({ id: 'one' }, { id: 'two', data: { customerId: 'cust-2' } }, { id: 'three', data: { 'a/b': { y: [2], x: 1 } } }, { id: 'four', data: { 'a/b': { x: '1' } } })
    await clock.sleep(1000)
    expect([plain, filtered, nested, longer].map(({ attempts }) => attempts.map(eventId).toSorted())).toEqual([['four', 'one', 'three', 'two'], ['two'], ['three'], []])
  })

  test('tells ids in order, keeps a given one, and publishes no event twice', async () => {
    const { endpoint, publish, clock } = await bench()
    const made = await endpoint([ok])
    const told = await publish({ id: 'evt-7' }, {}, { id: 'evt-7' })
    expect(told).toEqual({ status: 202, body: { ids: ['evt-7', expect.stringMatching(/^evt-[0-9a-f]{32}$/), 'evt-7'] } })
    await publish({ id: 'evt-7' })
    await clock.sleep(1000)
    expect(made.attempts).toHaveLength(2)
  })

  test.each([[{ type: 'a\r\nX-Admin: 1' }], [{ type: 'a\nb' }], [{ type: '' }], [{ type: 7 }], [{ id: 'a.b' }], [{ id: 'a b' }], [{ id: '' }], [{ id: 1 }], [{ data: undefined }], [{ key: '' }]])('refuses %j and everything beside it', async (event) => {
    const { endpoint, publish, clock } = await bench()
    const made = await endpoint([ok])
    expect(await publish({}, event)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
    await clock.sleep(1000)
    expect(made.attempts).toEqual([])
  })

  test('sends type, data, key and time in the form of the profile', async () => {
    const { endpoint, publish, clock } = await bench()
    const made = await endpoint([ok])
    await publish({ id: 'evt-1', data: { z: 1, a: 'ü' }, key: 'once' })
    await clock.sleep(1000)
    expect(JSON.parse(made.attempts[0]?.body.toString() ?? '')).toEqual({ id: 'evt-1', type: 'order.created', timestamp: '2026-01-01T00:00:00.000Z', source: 'order-service', data: { z: 1, a: 'ü' }, idempotencyKey: 'once' })
  })
})

describe('delivery', () => {
  test('follows the schedule to its end with one id, one body and new timestamps, and leaves a dead letter', async () => {
    const { endpoint, publish, clock, sender, call } = await bench()
    const made = await endpoint([failure])
    await publish({ id: 'evt-1' })
    await clock.sleep(24 * hourMs)
    expect(gaps(made.attempts)).toEqual([5_000, 25_000, 120_000, 600_000])
    expect(new Set(made.attempts.map(({ body }) => body.toString())).size).toBe(1)
    expect(new Set(made.attempts.map(eventId)).size).toBe(1)
    expect(made.attempts.map(({ headers, arrivedAt }) => arrivedAt - 1000 * Number(headerValues(headers, 'webhook-timestamp')[0]))).toEqual([0, 0, 0, 0, 0])
    expect(sender.deadLetters()).toMatchObject([{ endpoint: made.id, reason: 'attempts_exhausted', attempts: 5, lastError: '500', event: { id: 'evt-1' } }])
    expect(await call('GET', `/api/v1/webhooks/${made.id}/health`)).toMatchObject({ body: { status: 'failed', successRate: 0 } })
  })

  test.each([200, 201, 202, 204, 299])('%i acknowledges', async (status) => {
    const { endpoint, publish, clock } = await bench()
    const made = await endpoint([{ do: 'answer', status }])
    await publish({})
    await clock.sleep(24 * hourMs)
    expect(made.attempts).toHaveLength(1)
  })

  test.each<readonly [string, ScriptedAnswer, number]>([
    ['a redirect', { do: 'answer', status: 307, headers: [['Location', 'http://127.0.0.1:1/']] }, 5_000],
    ['404', { do: 'answer', status: 404 }, 5_000],
    ['a reset before the body', { do: 'reset', when: 'before-body' }, 5_000],
    ['a reset after it', { do: 'reset', when: 'after-body' }, 5_000],
    ['a close without an answer', { do: 'close', when: 'after-body' }, 5_000],
    ['silence', { do: 'silence' }, 15_000],
    ['a header section that drips', { do: 'drip-header', everyMs: 1000 }, 15_000],
    ['a failure whose body drips', { do: 'drip-body', status: 500, everyMs: 1000 }, 15_000],
    ['a failure without an end', { do: 'endless-body', status: 500 }, 5_000],
  ])('%s is followed by the next attempt', async (_, answer, gapMs) => {
    const { endpoint, publish, clock } = await bench()
    const made = await endpoint([answer, ok])
    await publish({})
    await clock.sleep(hourMs)
    expect(gaps(made.attempts)).toEqual([gapMs])
  })

  test.each([
    ['60', 60_000], ['3', 5_000], ['0', 5_000], ['86400', 86_400_000], ['99999999999999999999', 86_400_000],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000], ['Thursday, 01-Jan-26 00:02:00 GMT', 120_000], ['Thu Jan  1 00:02:00 2026', 120_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 5_000], ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000], ['Thursday, 01-Jan-99 00:00:00 GMT', 5_000],
    ['-5', 5_000], ['+5', 5_000], ['90.5', 5_000], ['1e3', 5_000], ['60s', 5_000], ['0x3c', 5_000], ['soon', 5_000], ['', 5_000], ['2026-01-01T00:02:00Z', 5_000],
  ])('Retry-After: %s waits %i ms', async (value, gapMs) => {
    for (const status of [429, 503]) {
      const { endpoint, publish, clock } = await bench()
      const made = await endpoint([{ do: 'answer', status, headers: [['Retry-After', value]] }, ok])
      await publish({})
      await clock.sleep(48 * hourMs)
      expect(gaps(made.attempts)).toEqual([gapMs])
    }
  })

  test('Retry-After means nothing with another status, and two of them the larger', async () => {
    const { endpoint, publish, clock } = await bench()
    const other = await endpoint([{ do: 'answer', status: 500, headers: [['Retry-After', '60']] }, ok])
    const twice = await endpoint([{ do: 'answer', status: 429, headers: [['Retry-After', '60'], ['Retry-After', '90']] }, ok])
    await publish({})
    await clock.sleep(hourMs)
    expect([gaps(other.attempts), gaps(twice.attempts)]).toEqual([[5_000], [90_000]])
  })

  test('410 disables the endpoint with everything that was due to it', async () => {
    const { endpoint, publish, clock, sender, call } = await bench()
    const made = await endpoint([failure, { do: 'answer', status: 410 }])
    await publish({ id: 'one' })
    await clock.sleep(1000)
    await publish({ id: 'two' })
    await clock.sleep(hourMs)
    await publish({ id: 'three' })
    await clock.sleep(hourMs)
    expect(made.attempts.map(eventId)).toEqual(['one', 'two'])
    expect(sender.deadLetters().map(({ reason, event, attempts }) => [event.id, reason, attempts]).toSorted()).toEqual([['one', 'endpoint_disabled', 1], ['two', 'endpoint_disabled', 1]])
    expect(await call('GET', `/api/v1/webhooks/${made.id}/health`)).toMatchObject({ body: { status: 'disabled' } })
  })

  test('a permanent status of the profile ends the delivery and not the endpoint', async () => {
    const { capture, profile, call, clock, sender } = await bench('mailgun')
    const received = capture.open('endpoint', [{ do: 'answer', status: 406 }, ok])
    await call('POST', '/conformance/subscriptions', { url: received.url, secret: generateSecret(profile.signature, counting(1)).signing })
    for (const id of ['one', 'two']) {
      await call('POST', '/conformance/events', { events: [{ type: 'delivered', data: {}, id }] })
      await clock.sleep(48 * hourMs)
    }
    expect(received.attempts).toHaveLength(2)
    expect(sender.deadLetters()).toMatchObject([{ reason: 'permanent_status', attempts: 1 }])
  })

  test('an endpoint that hangs holds up no other, and a burst arrives whole', async () => {
    const { endpoint, publish, clock } = await bench()
    const dead = await endpoint([{ do: 'silence' }])
    const healthy = await endpoint([ok])
    await publish(...Array.from({ length: 300 }, (_, index) => ({ id: `evt-${index}` })))
    await clock.sleep(1000)
    expect(new Set(healthy.attempts.map(eventId)).size).toBe(300)
    expect(dead.attempts.length).toBeLessThan(300)
  })

  test('jitter of the profile spreads the waits inside its bounds', async () => {
    const { capture, profile, call, clock } = await bench('svix', { random: alternating() })
    const received = Array.from({ length: 2 }, () => capture.open('endpoint', [failure, ok]))
    for (const { url } of received) await call('POST', '/conformance/subscriptions', { url, secret: generateSecret(profile.signature, counting(1)).signing })
    await call('POST', '/conformance/events', { events: [{ type: 'a', data: {} }] })
    await clock.sleep(hourMs)
    expect(received.flatMap(({ attempts }) => gaps(attempts)).toSorted()).toEqual([4_000, 6_000])
  })

  test('redirects are followed as far as the profile says and not to an address that nobody may register', async () => {
    const { capture, profile, call, clock } = await bench('slack')
    const second = capture.open('second', [ok])
    const first = capture.open('first', [{ do: 'answer', status: 308, headers: [['Location', second.url]] }])
    const inward = capture.open('inward', [{ do: 'answer', status: 302, headers: [['Location', 'http://169.254.169.254/']] }, ok])
    for (const { url } of [first, inward]) await call('POST', '/conformance/subscriptions', { url, secret: generateSecret(profile.signature, counting(1)).signing })
    await call('POST', '/conformance/events', { events: [{ type: 'a', data: {} }] })
    await clock.sleep(30_000)
    expect([first, second, inward].map(({ attempts }) => attempts.length)).toEqual([1, 1, 2])
  })
})

describe('the control API', () => {
  test('is announced and says what the target is', async () => {
    const { call } = await bench()
    const manifest = { name: 'reference', roles: ['producer'], profile: 'event-delivery', capabilities: {} }
    expect(await call('GET', '/.well-known/event-conformance')).toMatchObject({ status: 200, body: { ...manifest, control: '/conformance', role: 'producer' } })
    expect(await call('GET', '/conformance')).toMatchObject({ status: 200, body: manifest })
  })

  test('subscribes to all types or some, ends that, and forgets everything on reset', async () => {
    const { call, capture, profile, publish, clock } = await bench()
    const received = Array.from({ length: 3 }, () => capture.open('endpoint', [ok]))
    const { signing: secret } = generateSecret(profile.signature, counting(1))
    const [all, some, other] = await Promise.all(received.map(({ url }, index) => call('POST', '/conformance/subscriptions', { url, secret, ...[{}, { types: ['order.created'] }, { types: ['other'] }][index] })))
    expect([all, some, other].map((told) => told?.status)).toEqual([201, 201, 201])
    await publish({ id: 'one' })
    await clock.sleep(1000)
    expect(received.map(({ attempts }) => attempts.length)).toEqual([1, 1, 0])
    const path = `/conformance/subscriptions/${all ? idOf(all) : ''}`
    expect([await call('DELETE', path), await call('DELETE', path)].map(({ status }) => status)).toEqual([204, 404])
    expect(await call('POST', '/conformance/reset')).toEqual({ status: 204, body: undefined })
    await publish({ id: 'one' })
    await clock.sleep(1000)
    expect(received.map(({ attempts }) => attempts.length)).toEqual([1, 1, 0])
  })

  test('answers 400 to what it does not understand and 404 to what it does not have', async () => {
    const { call } = await bench()
    for (const body of ['{', {}, { url: 'https://client.example.com/' }, { url: 'https://client.example.com/', secret: 'plain' }, { url: 'file:///', secret: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX' }]) expect(await call('POST', '/conformance/subscriptions', body)).toMatchObject({ status: 400 })
    for (const body of ['{', {}, { events: {} }, { events: [null] }]) expect(await call('POST', '/conformance/events', body)).toMatchObject({ status: 400 })
    expect(await call('GET', '/conformance/effects')).toMatchObject({ status: 404 })
    expect(await call('GET', '/elsewhere')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
  })
})

test('a producer that is closed makes no attempt any more and ends the one in flight', async () => {
  const { endpoint, publish, clock, sender } = await bench()
  const failing = await endpoint([failure])
  const hanging = await endpoint([{ do: 'silence' }])
  await publish({})
  await clock.sleep(1000)
  await sender.close()
  await clock.sleep(hourMs)
  expect([failing.attempts.length, hanging.attempts.length]).toEqual([1, 1])
  expect(hanging.attempts[0]?.closedBy).toBe('sender')
})

function gaps(attempts: readonly CapturedAttempt[]): readonly number[] {
  return attempts.slice(1).map(({ arrivedMs }, index) => Math.round(arrivedMs - (attempts[index]?.arrivedMs ?? 0)))
}

function eventId({ headers }: CapturedAttempt): string {
  return headerValues(headers, 'webhook-id')[0] ?? ''
}

function counting(start: number): (bytes: number) => Buffer {
  return (bytes) => Buffer.from(Array.from({ length: bytes }, (_, index) => (start + index * 7) % 251))
}

function alternating(): () => number {
  let last = 1
  return () => (last = 1 - last)
}
