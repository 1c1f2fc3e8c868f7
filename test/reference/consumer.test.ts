import { afterEach, describe, expect, test } from 'vitest'
import { serveInProcess, type InProcessTarget } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { virtualClock } from '../../harness/clock/virtual-clock.ts'
import { exchange, exchangeTogether } from '../../harness/http/client.ts'
import type { WireRequest } from '../../harness/http/message.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { sign } from '../../harness/signing/sign.ts'
import { timestampText } from '../../harness/signing/timestamp.ts'
import { consumer, type ConsumerOptions } from '../../reference/consumer.ts'

const targets: InProcessTarget[] = []

afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})

describe('every built-in profile of webhooks', () => {
  test.each(builtInProfiles().filter(({ withoutWebhooks }) => !withoutWebhooks).map(({ name }) => name))('%s: an honest delivery is acknowledged and a forged one is refused', async (name) => {
    const endpoint = await serve(name)
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    const stranger = { secrets: [generateSecret(endpoint.profile.signature, counting(99)).signing] }
    expect(await endpoint.deliver('evt-2', { keys: stranger })).toMatchObject({ status: refusalOf(endpoint.profile) })
  })
})

describe('idempotency', () => {
  test('a repeat is acknowledged and the event has one effect', async () => {
    const endpoint = await serve()
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    expect(await endpoint.effects('evt-1')).toHaveLength(1)
  })

  test('copies that arrive at once have one effect, also while the work takes time', async () => {
    const clock = liveClock()
    const endpoint = await serve('event-delivery', {
      clock,
      parts: {
        async process({ id }, { effects }) {
          await clock.sleep(20)
          effects.take(id)
        },
      },
    })
    const copies = Array.from({ length: 6 }, () => endpoint.request('evt-1'))
    const statuses = (await exchangeTogether(copies, { deadlineMs: 5000 }, clock)).map(({ reply }) => reply?.status)
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409, 409, 409])
    expect(await endpoint.effects('evt-1')).toHaveLength(1)
  })

  test('a failed delivery is not acknowledged, and the next one takes effect once', async () => {
    const endpoint = await serve()
    expect(await endpoint.control('POST', 'faults', { event: 'evt-1', times: 2 })).toMatchObject({ status: 204 })
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 500, body: { error: { code: 'processing_failed' } } })
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 500 })
    expect(await endpoint.effects('evt-1')).toEqual([])
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    expect(await endpoint.effects('evt-1')).toHaveLength(1)
  })

  test('a forged delivery does not block the authentic one with its id', async () => {
    const endpoint = await serve()
    const stranger = { secrets: [generateSecret(endpoint.profile.signature, counting(99)).signing] }
    await endpoint.deliver('evt-1', { keys: stranger })
    expect(await endpoint.effects('evt-1')).toEqual([])
    expect(await endpoint.deliver('evt-1')).toMatchObject({ status: 200 })
    expect(await endpoint.effects('evt-1')).toHaveLength(1)
  })

  test('an event is remembered to the end of the window and forgotten after it', async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const endpoint = await serve('event-delivery', { clock })
    const { windowMs = 0 } = endpoint.profile.acknowledgement.deduplication ?? {}
    await endpoint.deliver('evt-1')
    await clock.sleep(windowMs)
    await endpoint.deliver('evt-1')
    expect(await endpoint.effects('evt-1')).toHaveLength(1)
    await clock.sleep(1000)
    await endpoint.deliver('evt-1')
    expect(await endpoint.effects('evt-1')).toHaveLength(2)
  })
})

describe('refusals', () => {
  test('a signature that does not verify gets 401 and an error body without a reason', async () => {
    const endpoint = await serve()
    const answer = await endpoint.deliver('evt-1', { after: (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }) })
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ error: { code: 'invalid_signature', message: expect.any(String), timestamp: expect.stringMatching(/^\d{4}-.*Z$/) } })
  })

  test.each([
    ['a body that is not JSON', (request: WireRequest) => ({ ...request, body: Buffer.from('{"id":') })],
    ['an empty body', (request: WireRequest) => ({ ...request, body: Buffer.alloc(0) })],
    ['a body that is not UTF-8', (request: WireRequest) => ({ ...request, body: Buffer.from([0x22, 0xff, 0x22]) })],
    ['a body with a byte order mark', (request: WireRequest) => ({ ...request, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), request.body]) })],
    ['a JSON text', (request: WireRequest) => ({ ...request, body: Buffer.from('"unreadable"') })],
  ])('%s is authentic and unreadable', async (_, before) => {
    const endpoint = await serve()
    expect(await endpoint.deliver('evt-1', { before })).toMatchObject({ status: 400, body: { error: { code: 'unreadable_body' } } })
  })

  test('an event without its identity gets 400', async () => {
    const endpoint = await serve('hmac-body')
    expect(await endpoint.deliver('', { before: (request) => ({ ...request, body: Buffer.from('{"type":"order.created"}') }) })).toMatchObject({
      status: 400,
      body: { error: { code: 'missing_identity' } },
    })
  })

  test.each(['GET', 'PUT', 'DELETE'])('%s gets 405 and the method that is allowed', async (method) => {
    const endpoint = await serve()
    const { reply } = await exchange({ ...endpoint.request('evt-1'), method, body: Buffer.alloc(0) }, { deadlineMs: 5000 }, liveClock())
    expect(reply?.status).toBe(405)
    expect(reply?.headers).toContainEqual(['Allow', 'POST'])
  })

  test('a media type counts without case and parameters, and another one gets 415', async () => {
    const endpoint = await serve()
    const as = (type: string) => ({ before: (request: WireRequest) => ({ ...request, headers: [['Content-Type', type] as const] }) })
    expect(await endpoint.deliver('evt-1', as('Application/JSON ; Charset="UTF-8"'))).toMatchObject({ status: 200 })
    expect(await endpoint.deliver('evt-2', as('application/jsonx'))).toMatchObject({ status: 415 })
  })

  test.each(['content-length', 'chunked'] as const)('a body over one megabyte gets 413 that can be read, and the next delivery 200 (%s)', async (transfer) => {
    const endpoint = await serve()
    const large = { ...endpoint.request('evt-1'), body: Buffer.alloc(4 * 1024 * 1024, 0x20), framing: { transfer, cuts: [1024 * 1024, 2 * 1024 * 1024] } }
    const { reply } = await exchange(large, { deadlineMs: 5000 }, liveClock())
    expect(reply?.status).toBe(413)
    expect(reply?.headers).toContainEqual(['Connection', 'close'])
    expect(await endpoint.deliver('evt-2')).toMatchObject({ status: 200 })
  })

  test('a fault of the consumer itself gets 500 and an error body without its cause', async () => {
    const endpoint = await serve('event-delivery', {
      parts: {
        parse() {
          throw new TypeError('secret internals')
        },
      },
    })
    expect(await endpoint.deliver('evt-1')).toEqual({ status: 500, body: { error: { code: 'internal', message: 'The delivery could not be handled' } } })
  })

  test('a limit on the rate answers 429 with Retry-After and an error body', async () => {
    const endpoint = await serve('event-delivery', { parts: { pace: () => ({ kind: 'too-many', retryAfterSeconds: 7 }) } })
    const { reply } = await exchange(endpoint.request('evt-1'), { deadlineMs: 5000 }, liveClock())
    expect(reply?.status).toBe(429)
    expect(reply?.headers).toContainEqual(['Retry-After', '7'])
    expect(JSON.parse(String(reply?.body))).toMatchObject({ error: { code: 'rate_limit_exceeded', retryAfter: 7 } })
  })
})

describe('the control API', () => {
  test('is found from the endpoint and says what the target is', async () => {
    const endpoint = await serve('stripe', { name: 'my-receiver' })
    const manifest = { name: 'my-receiver', roles: ['consumer'], profile: 'stripe', capabilities: {} }
    expect(await endpoint.control('GET', '/.well-known/event-conformance')).toMatchObject({ status: 200, body: { ...manifest, control: '/conformance', role: 'consumer' } })
    expect(await endpoint.control('GET', '')).toMatchObject({ status: 200, body: manifest })
  })

  test('lists the effects of one event or of all, and forgets them on reset', async () => {
    const endpoint = await serve()
    await endpoint.deliver('evt-1')
    await endpoint.deliver('evt-2')
    expect(await endpoint.effects('evt-2')).toEqual([{ event: 'evt-2', at: expect.stringMatching(/^\d{4}-.*Z$/) }])
    expect(await endpoint.effects()).toHaveLength(2)
    expect(await endpoint.control('POST', 'reset')).toMatchObject({ status: 204 })
    expect(await endpoint.effects()).toEqual([])
    await endpoint.deliver('evt-1')
    expect(await endpoint.effects()).toHaveLength(1)
  })

  test('answers 404 to a verb it does not have and 400 to a fault it does not understand', async () => {
    const endpoint = await serve()
    expect(await endpoint.control('POST', 'events', { events: [] })).toMatchObject({ status: 404 })
    expect(await endpoint.control('POST', 'faults', { event: 'evt-1' })).toMatchObject({ status: 400 })
    expect(await endpoint.control('POST', 'faults', { event: 'evt-1', times: 0.5 })).toMatchObject({ status: 400 })
  })
})

interface DeliveryChange {
  readonly keys?: ConsumerOptions['keys']
  /** Before it is signed. */
  readonly before?: (request: WireRequest) => WireRequest
  /** After it was signed. */
  readonly after?: (request: WireRequest) => WireRequest
}

interface ToldAnswer {
  readonly status: number | undefined
  readonly body: unknown
}

/** The reference consumer of a profile on a port of its own, and a sender that knows its secret. */
async function serve(profileName = 'event-delivery', options: Partial<ConsumerOptions> = {}) {
  const profile = profileNamed(profileName)
  const clock = options.clock ?? liveClock()
  const secret = generateSecret(profile.signature, counting(1))
  const target = await serveInProcess(consumer({ ...options, profile, clock, keys: { secrets: [secret.verifying] } }), clock, { path: '/webhook' })
  targets.push(target)

  function request(id: string, { keys = { secrets: [secret.signing] }, before = same, after = same }: DeliveryChange = {}): WireRequest {
    const honest = before(draft(profile, id, target.url))
    const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, target.url]))
    return after({ ...honest, ...sign(profile.signature, honest, { ...keys, config }, { fields: fieldsFor(profile, id, clock.now()) }) })
  }

  async function told(wire: WireRequest): Promise<ToldAnswer> {
    const { reply } = await exchange(wire, { deadlineMs: 5000 }, clock)
    return { status: reply?.status, body: reply && reply.body.length > 0 ? JSON.parse(reply.body.toString()) : undefined }
  }

  function control(method: string, path: string, body?: unknown): Promise<ToldAnswer> {
    const url = new URL(path.startsWith('/') ? path : `/conformance${path === '' ? '' : `/${path}`}`, target.url).href
    return told({ method, url, headers: [], body: Buffer.from(body === undefined ? '' : JSON.stringify(body)) })
  }

  return {
    profile,
    request,
    control,
    deliver: (id: string, change: DeliveryChange = {}) => told(request(id, change)),
    async effects(id?: string): Promise<unknown> {
      const { body } = await control('GET', id === undefined ? 'effects' : `effects?event=${encodeURIComponent(id)}`)
      return (body as { effects: unknown }).effects // the answer of the control API
    },
  }
}

function profileNamed(wanted: string): Profile {
  const profile = builtInProfiles().find(({ name }) => name === wanted)
  if (profile === undefined) throw new Error(`there is no profile ${wanted}`)
  return profile
}

/** The profile's first example, with the id in the place of its identity when that is a header. */
function draft(profile: Profile, id: string, url: string): WireRequest {
  const [sample] = profile.samples
  const places = profile.acknowledgement.deduplication?.places ?? []
  const identity = places.flatMap((place) => (place.in === 'header' ? [[place.name, id] as const] : []))
  return { method: 'POST', url, headers: [['Content-Type', sample?.contentType ?? ''], ...(sample?.headers ?? []), ...identity], body: Buffer.from(sample?.body ?? '') }
}

function fieldsFor({ signature }: Profile, id: string, now: number): Readonly<Record<string, string>> {
  const { timestamp, fields } = signature
  return Object.fromEntries(Object.keys(fields).map((name) => [name, name === timestamp?.field ? timestampText(timestamp.unit, now) : id]))
}

function refusalOf({ acknowledgement }: Profile): number {
  return acknowledgement.refusal.find((status) => typeof status === 'number') ?? 401
}

function counting(start: number): (bytes: number) => Buffer {
  return (bytes) => Buffer.from(Array.from({ length: bytes }, (_, index) => (start + index * 7) % 251))
}

function same(request: WireRequest): WireRequest {
  return request
}
