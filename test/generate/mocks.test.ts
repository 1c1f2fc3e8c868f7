import { setupServer } from 'msw/node'
import type { HttpHandler } from 'msw'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readProfileSource } from '../../harness/generate/documents.ts'
import { mocksModule } from '../../harness/generate/mocks.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { sourceOf } from './document.ts'
import { faultsOf, load } from './typescript.ts'

/** What the generated factory returns, with every part that a profile may have. */
interface Mocks {
  readonly handlers: readonly HttpHandler[]
  readonly deliveries: readonly { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }[]
  readonly subscriptions: ReadonlyMap<string, { readonly request: unknown; readonly answer: unknown }>
  publish(event: { readonly type?: string; readonly data: string; readonly id?: string }): string
  disconnect(): void
  reset(): void
}
type Factory = (options?: { readonly endpoint?: string; readonly origin?: string; readonly answer?: (delivery: unknown) => Response | undefined }) => Mocks

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

async function mocksOf(name: string): Promise<Factory> {
  const { mocks } = await load(mocksModule(await readProfileSource(name)))
  return mocks as Factory // what the module declares
}

function use(mocks: Mocks): Mocks {
  server.use(...mocks.handlers)
  return mocks
}

test('the mocks of every built-in profile compile in one program', async () => {
  const modules = new Map<string, string>()
  for (const { name } of builtInProfiles()) modules.set(`${name}.ts`, mocksModule(await readProfileSource(name)))
  expect(faultsOf(modules, { types: ['node'] })).toEqual([])
  expect(modules.get('stripe.ts')).toBe(mocksModule(await readProfileSource('stripe')))
  expect(modules.get('stripe.ts')).toContain(' *   npx conformance generate mocks --profile stripe --out FILE\n')
}, 180_000)

test('texts of a document cannot write code', async () => {
  const evil = "'`${1}\\*/\n"
  const source = await sourceOf({
    payload: { type: 'object' },
    title: evil,
    acknowledgement: { errorBody: { [`/${evil.replaceAll('/', '~1')}/code`]: 'string' } },
    channels: { api: { address: '/hooks', messages: { m: { payload: {}, examples: [{ payload: { url: evil, id: evil, [evil]: evil } }] } }, 'x-subscription': { create: { body: { url: '/url' } } } }, stream: { address: `/a${evil.replaceAll('\n', '')}`, messages: {}, 'x-event-stream': { lost: { event: 'lost' } } } },
  })
  expect(faultsOf(new Map([['evil.ts', mocksModule(source)]]), { types: ['node'] })).toEqual([])
  await load(mocksModule(source))
}, 180_000)

describe('the endpoint of a consumer', () => {
  const endpoint = 'https://consumer.test/hook'

  test('acknowledges, records, and refuses what carries no signature', async () => {
    const { deliveries, reset } = use((await mocksOf('event-delivery'))({ endpoint }))
    const signed = await fetch(endpoint, { method: 'POST', headers: { 'Webhook-Signature': 'v1,AAAA', 'webhook-id': 'évt'.replace('é', 'e') }, body: '{"a": "é"}' })
    expect([signed.status, await signed.text()]).toEqual([204, ''])
    expect(deliveries).toEqual([{ url: endpoint, headers: expect.objectContaining({ 'webhook-signature': 'v1,AAAA', 'webhook-id': 'evt' }), body: '{"a": "é"}' }])
    const bare = await fetch(endpoint, { method: 'POST', body: '{}' })
    expect([bare.status, await bare.json()]).toEqual([401, { error: { code: 'invalid_signature', message: 'The delivery carries no signature.' } }])
    expect(deliveries.length).toBe(1)
    reset()
    expect(deliveries).toEqual([])
  })

  test('answers with the status that the profile names, or with what a test wants', async () => {
    use((await mocksOf('zoom'))({ endpoint }))
    expect((await fetch(endpoint, { method: 'POST', headers: { 'x-zm-signature': 'v0=0' } })).status).toBe(200)
    use((await mocksOf('stripe'))({ endpoint, answer: () => new Response(null, { status: 503, headers: { 'Retry-After': '1' } }) }))
    expect((await fetch(endpoint, { method: 'POST', headers: { 'stripe-signature': 't=1,v1=0' } })).status).toBe(503)
  })
})

describe('the registration API', () => {
  const origin = 'https://producer.test'
  const ask = (path: string, init: RequestInit = {}) => fetch(`${origin}${path}`, init)

  test('creates, reads, lists and removes, and never tells the secret', async () => {
    const { subscriptions } = use((await mocksOf('event-delivery'))({ origin }))
    const wanted = { url: 'https://consumer.test/hook', events: ['order.created'], secret: 'whsec_c2VjcmV0' }
    const created = await ask('/api/v1/webhooks', { method: 'POST', body: JSON.stringify(wanted) })
    const answer = await created.json()
    expect(created.status).toBe(201)
    expect(answer).toEqual({ id: 'wh-1', url: wanted.url, events: wanted.events, status: 'active', createdAt: '2024-07-15T14:30:00Z' })
    expect(await (await ask('/api/v1/webhooks/wh-1')).json()).toEqual(answer)
    expect(await (await ask('/api/v1/webhooks')).json()).toEqual({ webhooks: [answer] })
    expect(subscriptions.get('wh-1')?.request).toEqual(wanted)
    expect((await ask('/api/v1/webhooks/wh-1', { method: 'DELETE' })).status).toBe(204)
    expect((await ask('/api/v1/webhooks/wh-1')).status).toBe(404)
    expect((await ask('/api/v1/webhooks/wh-1', { method: 'DELETE' })).status).toBe(404)
    expect(await (await ask('/api/v1/webhooks')).json()).toEqual({ webhooks: [] })
  })

  test.each(['', 'no json', '{}', '{"url":7}', '{"url":"ftp://x"}', '[]', 'null'])('refuses the registration %j', async (body) => {
    const { subscriptions } = use((await mocksOf('hmac-timestamp'))({ origin }))
    expect((await ask('/webhooks', { method: 'POST', body })).status).toBe(400)
    expect(subscriptions.size).toBe(0)
  })
})

describe('the event stream', () => {
  const origin = 'https://producer.test'
  const open = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${origin}${path}`, { headers })
    const reader = response.body?.getReader() ?? expect.fail('no body')
    let text = ''
    return {
      response,
      /** Reads until the text has come; the test's own deadline ends it. */
      async until(part: string) {
        while (!text.includes(part)) {
          const { value, done } = await reader.read()
          if (done) break
          text += Buffer.from(value).toString()
        }
        return text
      },
      end: async () => {
        for (;;) if ((await reader.read()).done) return
      },
    }
  }

  test('sends what is published, resumes behind an id, filters, and says what is lost', async () => {
    const { publish, disconnect, reset } = use((await mocksOf('event-delivery'))({ origin }))
    const live = await open('/api/v1/events')
    expect(live.response.headers.get('content-type')).toBe('text/event-stream')
    const first = publish({ type: 'order.created', data: '{"a":1}' })
    publish({ type: 'order.shipped\nid: forged', data: 'two\r\nlines' })
    expect(await live.until('lines\n\n')).toBe(': a stream of a mock\n\nid: evt-1\nevent: order.created\ndata: {"a":1}\n\nid: evt-2\nevent: order.shippedid: forged\ndata: two\ndata: lines\n\n')
    const resumed = await open('/api/v1/events', { 'last-event-id': first })
    expect(await resumed.until('lines\n\n')).not.toContain('order.created')
    const filtered = await open('/api/v1/events?types=order.created,other', { 'last-event-id': 'evt-2' })
    publish({ type: 'order.shipped', data: 'not this' })
    publish({ type: 'other', data: 'this' })
    expect(await filtered.until('data: this\n\n')).not.toContain('not this')
    disconnect()
    await Promise.all([live, resumed, filtered].map(({ end }) => end()))
    const lost = await fetch(`${origin}/api/v1/events`, { headers: { 'last-event-id': 'evt-99' } })
    expect([lost.status, (await lost.json() as { readonly error: { readonly code: string } }).error.code]).toEqual([410, 'events_lost'])
    const leaving = new AbortController()
    await fetch(`${origin}/api/v1/events`, { signal: leaving.signal })
    leaving.abort()
    publish({ data: 'to nobody' })
    reset()
    expect((await fetch(`${origin}/api/v1/events`, { headers: { 'last-event-id': first } })).status).toBe(410)
  })

  test('stands where a document without an address says nothing', async () => {
    const { publish, disconnect } = use((await mocksOf('whatwg'))({ origin }))
    const stream = await open('/events')
    publish({ data: 'x' })
    expect(await stream.until('data: x')).toContain('event: message\n')
    disconnect()
    await stream.end()
  })
})
