import { randomBytes } from 'node:crypto'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventStream, signedRequest, subscriptionApi, webhookReceiver } from '../../embed/msw.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { generateSecret } from '../../harness/signing/key.ts'

const secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const url = 'https://shop.example/webhooks/orders'
const server = setupServer()

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

describe('a webhook receiver', () => {
  const profiles = builtInProfiles().filter(({ withoutWebhooks }) => !withoutWebhooks)

  it.each(profiles.map((profile) => [profile.name, profile] as const))('takes what is signed as %s says, and nothing else', async (_, profile) => {
    const { signing, verifying } = generateSecret(profile.signature, randomBytes)
    const receiver = await webhookReceiver({ url, secret: verifying, profile })
    server.use(...receiver.handlers)
    const request = await signedRequest({ url, secret: signing, profile })
    expect((await fetch(request.clone())).status).toBe(receiver.deliveries[0]?.status)
    expect(receiver.deliveries.map(({ as }) => as)).toEqual(['accepted'])
    for (const tampering of ['forged', 'unsigned', ...(profile.signature.timestamp ? (['expired'] as const) : [])] as const) {
      const { status } = await fetch(await signedRequest({ url, secret: signing, profile, tampering }))
      expect(receiver.deliveries.at(-1), tampering).toMatchObject({ as: 'refused', status, reason: expect.any(String) })
      expect(status).toBeGreaterThanOrEqual(400)
    }
    await fetch(request)
    expect(receiver.deliveries.at(-1)?.as).toBe(profile.acknowledgement.deduplication ? 'repeated' : 'accepted')
  })

  it('hands over the event that was given, byte for byte, and refuses it when a value was changed', async () => {
    const receiver = await webhookReceiver({ url, secret })
    server.use(...receiver.handlers)
    const event = '{ "id": "evt_17", "type": "order.paid",  "data": { "total": 17.50 } }'
    expect((await fetch(await signedRequest({ url, secret, event, id: 'msg_17' }))).ok).toBe(true)
    expect(receiver.accepted).toMatchObject([{ id: 'msg_17', text: event, json: { data: { total: 17.5 } }, headers: { 'webhook-id': 'msg_17' } }])
    expect((await fetch(await signedRequest({ url, secret, event: { id: 'evt_18' }, tampering: 'body-changed' }))).status).toBe(401)
    expect(receiver.deliveries.at(-1)).toMatchObject({ as: 'refused', reason: 'no-match' })
    expect(receiver.accepted).toHaveLength(1)
  })

  it('fails as often as it is told to, and takes the retry', async () => {
    const receiver = await webhookReceiver({ url, secret })
    server.use(...receiver.handlers)
    receiver.answerNext(503, 429)
    const request = await signedRequest({ url, secret })
    const statuses: number[] = []
    for (const attempt of [request.clone(), request.clone(), request.clone(), request]) statuses.push((await fetch(attempt)).status)
    expect(statuses.slice(0, 2)).toEqual([503, 429])
    expect(receiver.deliveries.map(({ as }) => as)).toEqual(['scripted', 'scripted', 'accepted', 'repeated'])
    receiver.reset()
    expect(receiver.deliveries).toEqual([])
  })

  it('refuses other methods, other media types and what is not JSON', async () => {
    const receiver = await webhookReceiver({ url, secret })
    server.use(...receiver.handlers)
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(url, { method: 'POST', body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })).status).toBe(415)
    expect((await fetch(await signedRequest({ url, secret, event: 'not JSON' }))).status).toBe(400)
    expect(receiver.accepted).toEqual([])
  })

  it('does not begin with a secret that cannot be one, nor with a tampering that the scheme has no place for', async () => {
    await expect(webhookReceiver({ url, secret: '' })).rejects.toMatchObject({ code: 'bad-secret' })
    await expect(signedRequest({ url, secret: 'x', profile: 'github', tampering: 'expired' })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('a registration API', () => {
  it('registers, lists, tells and removes as the profile says', async () => {
    const api = await subscriptionApi({ url: 'https://api.example' })
    server.use(...api.handlers)
    const at = (path: string) => `https://api.example/api/v1/webhooks${path}`
    const created = await post(at(''), { url, events: ['order.created'], secret })
    expect(created.status).toBe(201)
    const { id, ...told } = JSON.parse(await created.text())
    expect(JSON.stringify(told)).not.toContain(secret)
    expect(api.subscriptions).toEqual([{ id, url, secret, types: ['order.created'] }])
    expect((await fetch(at(`/${id}`))).status).toBe(200)
    expect(await (await fetch(at(''))).text()).toContain(id)
    expect((await post(at(''), { events: ['order.created'] })).status).toBe(400)
    expect((await post(at(''), { url: 'nowhere', events: ['order.created'], secret })).status).toBe(400)
    expect((await fetch(at(`/${id}`), { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(at(`/${id}`))).status).toBe(404)
    expect(api.subscriptions).toEqual([])
  })

  it('is not there for a profile that describes none', async () => {
    await expect(subscriptionApi({ url: 'https://api.example', profile: 'github' })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('an event stream', () => {
  const streamUrl = 'https://api.example/api/v1/events'

  it('begins with what is there, and resumes behind the last id', async () => {
    const stream = eventStream({ url: streamUrl, events: [{ data: 'one' }, { id: 'two', type: 'order.paid', data: { total: 2 } }, { data: 'three\nlines' }], retryMs: 50, ends: true })
    server.use(...stream.handlers)
    const whole = await fetch(streamUrl)
    expect(whole.headers.get('content-type')).toBe('text/event-stream')
    expect(await whole.text()).toBe('retry: 50\n\nid: 1\ndata: one\n\nid: two\nevent: order.paid\ndata: {"total":2}\n\nid: 3\ndata: three\ndata: lines\n\n')
    expect(await (await fetch(streamUrl, { headers: { 'Last-Event-ID': 'two' } })).text()).toBe('retry: 50\n\nid: 3\ndata: three\ndata: lines\n\n')
    expect((await fetch(streamUrl, { headers: { 'Last-Event-ID': 'never' } })).status).toBe(410)
    expect(stream.connections).toEqual([{ lastEventId: undefined, status: 200 }, { lastEventId: 'two', status: 200 }, { lastEventId: 'never', status: 410 }])
  })

  it('stays open for what is published, until it is told to disconnect', async () => {
    const stream = eventStream({ url: streamUrl })
    server.use(...stream.handlers)
    const reading = (await fetch(streamUrl)).text()
    stream.publish({ data: 'one' }, { data: 'two' })
    stream.disconnect()
    expect(await reading).toBe('id: 1\ndata: one\n\nid: 2\ndata: two\n\n')
    const again = (await fetch(streamUrl, { headers: { 'Last-Event-ID': '1' } })).text()
    stream.publish({ data: 'three' })
    stream.reset()
    expect(await again).toBe('id: 2\ndata: two\n\nid: 3\ndata: three\n\n')
  })

  it('refuses events that no stream can hold', () => {
    expect(() => eventStream({ url: streamUrl, events: [{ id: 'a', data: 1 }, { id: 'a', data: 2 }] })).toThrow(/the id "a" already/)
    expect(() => eventStream({ url: streamUrl, events: [{ type: 'a\nb', data: 1 }] })).toThrow(/CR or LF/)
  })
})

function post(to: string, body: unknown): Promise<Response> {
  return fetch(to, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}
