import { createServer } from 'node:net'
import { constants, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { dataOf, idsOf } from './sse-bench.ts'
import { controlled, reading, scripted, streamHead } from './sse-client-bench.ts'

const end = 'data: end\n\n'
const stream = (body: string): string => streamHead + body

describe('a request', () => {
  test('is a GET that asks for a stream, past every cache, from its beginning', async () => {
    const server = await scripted({ bytes: stream(end) })
    await reading(server.url, { headers: { 'X-Tenant': 'a' } }).has(1)
    expect(server.requests[0]?.line).toBe('GET /stream HTTP/1.1')
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'cache-control': 'no-cache', 'x-tenant': 'a' })
    expect(server.requests[0]?.headers).not.toHaveProperty('last-event-id')
  })

  test.each([['7'], ['é'], ['…'], ['😀'], ['a b'], ['a\tb']])('after a loss carries the id %j as its UTF-8 bytes, again and again', async (id) => {
    const server = await scripted({ bytes: stream(`id: ${id}\ndata: a\n\n`), then: 'end' }, { bytes: stream('data: b\n\n'), then: 'end' }, { bytes: stream(end) })
    const { events, has } = reading(server.url, { headers: { 'X-Tenant': 'a' } })
    await has(3)
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, Buffer.from(id).toString('latin1'), Buffer.from(id).toString('latin1')])
    expect(server.requests.map(({ headers }) => headers['x-tenant'])).toEqual(['a', 'a', 'a'])
    expect(idsOf(events)).toEqual([id, id, id])
  })

  test('carries an id that it was given, and none after a stream took it away', async () => {
    const server = await scripted({ bytes: stream('data: a\n\nid\n\n'), then: 'end' }, { bytes: stream(end) })
    const { events, has } = reading(server.url, { lastEventId: 'seed' })
    await has(2)
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual(['seed', undefined])
    expect(idsOf(events)).toEqual(['seed', ''])
  })

  test('that HTTP cannot carry ends the client, visibly', async () => {
    const server = await scripted({ bytes: stream('id: a\u0001b\ndata: a\n\n'), then: 'end' })
    const { client, told } = reading(server.url)
    await expect.poll(() => client.state).toBe('closed')
    expect(told).toEqual(['(open)', 'a', '(error, connecting)', '(error, closed)'])
  })
})

describe('an answer', () => {
  test.each([201, 202, 204, 205, 206, 299, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503])('of %i ends the client for good', async (status) => {
    const server = await scripted({ bytes: `HTTP/1.1 ${status} X\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n${end}`, then: 'end' })
    const { client, told } = reading(server.url, { reconnectMs: 0 })
    await expect.poll(() => client.state).toBe('closed')
    expect(told).toEqual(['(error, closed)'])
    expect(server.requests).toHaveLength(1)
  })

  test.each([['Text/Event-Stream'], ['text/event-stream;charset=utf-8'], ['text/event-stream; x="y"'], ['text/event-stream;']])('of type %s is a stream', async (type) => {
    const server = await scripted({ bytes: `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n${end}` })
    await reading(server.url).has(1)
  })

  test.each([['Content-Type: text/event-streamx\r\n'], ['Content-Type: text/html\r\n'], ['Content-Type: application/json\r\n'], ['']])('with the header %j is none', async (header) => {
    const server = await scripted({ bytes: `HTTP/1.1 200 OK\r\n${header}\r\n${end}` })
    const { client, events } = reading(server.url)
    await expect.poll(() => client.state).toBe('closed')
    expect(events).toEqual([])
  })

  test('that a policy names is tried again, no sooner than it asks', async () => {
    const server = await scripted({ bytes: 'HTTP/1.1 503 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n' }, { bytes: 'HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n' }, { bytes: stream(end) })
    await reading(server.url, { policy: { retriesOn: ['5xx'] } }).has(1)
    const [first, second] = server.requests
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(990)
  })

  test('that is compressed is unpacked as it comes', async () => {
    const [early, late] = [gzipSync(end, { finishFlush: constants.Z_SYNC_FLUSH }), gzipSync(end)]
    for (const body of [early, late]) {
      const server = await scripted({ bytes: Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n`), body]) })
      await reading(server.url).has(1)
    }
  })

  test('is open before the first event', async () => {
    const server = await scripted({ bytes: streamHead })
    const { client, told } = reading(server.url)
    await expect.poll(() => client.state).toBe('open')
    server.requests[0]?.socket.write(end)
    await expect.poll(() => told).toEqual(['(open)', 'end'])
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('of %i is followed, with the id, also to a relative place', async (status) => {
    const server = await scripted({ bytes: `HTTP/1.1 ${status} X\r\nLocation: ../other?a=1\r\nContent-Length: 0\r\n\r\n` }, { bytes: stream(end) })
    await reading(server.url, { lastEventId: '7', headers: { Authorization: 'Bearer a' } }).has(1)
    expect(server.requests.map(({ line }) => line)).toEqual(['GET /stream HTTP/1.1', 'GET /other?a=1 HTTP/1.1'])
    expect(server.requests[1]?.headers).toMatchObject({ 'last-event-id': '7', authorization: 'Bearer a' })
  })

  test('to another origin takes no header of the user along', async () => {
    const other = await scripted({ bytes: stream(end) })
    const server = await scripted({ bytes: `HTTP/1.1 302 X\r\nLocation: ${other.url}\r\nContent-Length: 0\r\n\r\n` })
    await reading(server.url, { headers: { Authorization: 'Bearer a', 'X-Api-Key': 'b' } }).has(1)
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key')
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer a' })
  })

  test('without an end is given up, and tried again later', async () => {
    const server = await scripted({ bytes: 'HTTP/1.1 302 X\r\nLocation: /stream\r\nContent-Length: 0\r\n\r\n' })
    const { told } = reading(server.url, { reconnectMs: 60_000 })
    await expect.poll(() => told).toEqual(['(error, connecting)'])
    expect(server.requests).toHaveLength(21)
  })

  test.each([['ftp://127.0.0.1/'], ['http://['], ['javascript:1']])('to %s is not followed', async (to) => {
    const server = await scripted({ bytes: `HTTP/1.1 302 X\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n` }, { bytes: stream(end) })
    await reading(server.url).has(1)
  })
})

describe('a loss', () => {
  test.each([
    ['the end of the body', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: a\n\n', 'stay'],
    ['the end of the connection', stream('data: a\n\n'), 'end'],
    ['a body that is too short', `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: a\n\n`, 'end'],
    ['a missing last chunk', `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n`, 'end'],
    ['a broken chunk', `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\nzz\r\n`, 'stay'],
  ] as const)('by %s is followed by another connection', async (_, bytes, then) => {
    const server = await scripted({ bytes, then }, { bytes: stream(end) })
    const { events, has, told } = reading(server.url)
    await has(2)
    expect(dataOf(events)).toEqual(['a', 'end'])
    expect(told).toEqual(['(open)', 'a', '(error, connecting)', '(open)', 'end'])
  })

  test.each([['nothing', '', 'end'], ['a reset', undefined, 'reset'], ['no HTTP', 'hello\r\n\r\n', 'stay'], ['a bad header', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nno colon\r\n\r\ndata: bad\n\n', 'stay'], ['a switch of protocols', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'stay'], ['an endless header', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1024 * 1024)}`, 'stay']] as const)('by %s in place of an answer is one', async (_, bytes, then) => {
    const server = await scripted({ then, ...(bytes !== undefined && { bytes }) }, { bytes: stream(end) })
    const { events, has } = reading(server.url)
    await has(1)
    expect(dataOf(events)).toEqual(['end'])
  })

  test('of nobody listening is one', async () => {
    const server = await scripted({ bytes: stream(end) })
    await server.close()
    const { told, has } = reading(server.url)
    await expect.poll(() => told.length).toBeGreaterThan(2)
    expect(new Set(told)).toEqual(new Set(['(error, connecting)']))
    const again = createServer((socket) => void socket.end(stream(end)))
    await new Promise<void>((resolve) => again.listen(server.port, '127.0.0.1', resolve))
    await has(1)
    again.close()
  })

  test('is followed by the wait that the stream asked for, also after later losses, and never by less', async () => {
    const server = await scripted({ bytes: stream('retry: 150\ndata: a'), then: 'end' }, { bytes: streamHead, then: 'end' }, { bytes: stream(end) })
    const { events, has } = reading(server.url, { reconnectMs: 0 })
    await has(1)
    expect(dataOf(events)).toEqual(['end'])
    const gaps = server.requests.slice(1).map(({ atMs }, index) => atMs - (server.requests[index]?.atMs ?? 0))
    expect(gaps.filter((gap) => gap < 149)).toEqual([])
    expect(gaps).toHaveLength(2)
  })

  test.each([['2147483648'], ['4294967297'], ['99999999999999999999']])('with a reconnection time of %s is not followed at once', async (retry) => {
    const server = await scripted({ bytes: stream(`retry: ${retry}\n\n`), then: 'end' })
    const { told } = reading(server.url)
    await expect.poll(() => told).toEqual(['(open)', '(error, connecting)'])
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.requests).toHaveLength(1)
  })

  test('takes half a line, half a letter and half an event with it', async () => {
    const server = await scripted({ bytes: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\ndata: a\n\nid: 2\nevent: x\ndata: half\r\xe2\x82', 'latin1'), then: 'end' }, { bytes: stream(`\ndata: b\n\n${end}`) })
    const { events, has } = reading(server.url)
    await has(3)
    expect(events.map(({ type, data, lastEventId }) => [type, data, lastEventId])).toEqual([['message', 'a', '1'], ['message', 'b', '1'], ['message', 'end', '1']])
  })
})

describe('closing', () => {
  test('inside a handler keeps the rest of the chunk back, ends the connection and is not an error', async () => {
    const server = await scripted({ bytes: stream('data: a\n\ndata: b\n\n') })
    const { client, told } = reading(server.url, { onEvent: () => client.close() })
    await expect.poll(() => server.requests[0]?.socket.readableEnded).toBe(true)
    expect(told).toEqual(['(open)', 'a'])
    expect(client.state).toBe('closed')
  })

  test('from where the loss is told cancels the wait for the next connection', async () => {
    const server = await scripted({ bytes: stream(end), then: 'end' })
    const { client, told } = reading(server.url, { onError: () => client.close() })
    await expect.poll(() => told).toEqual(['(open)', 'end', '(error, connecting)'])
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.requests).toHaveLength(1)
    expect(client.state).toBe('closed')
  })
})

test('what a handler throws does not stop the stream', async () => {
  const server = await scripted({ bytes: stream(`data: a\n\n${end}`) })
  const { told, has } = reading(server.url, { onEvent({ data }) { if (data === 'a') throw new Error('no') } })
  await has(2)
  expect(told).toEqual(['(open)', 'a', '(error, open)', 'end'])
})

test('events named like the states of the client are events', async () => {
  const server = await scripted({ bytes: stream('event: error\ndata: a\n\nevent: open\ndata: b\n\n') })
  const { events, has } = reading(server.url)
  await has(2)
  expect(events.map(({ type, data }) => [type, data])).toEqual([['error', 'a'], ['open', 'b']])
})

describe('the control API', () => {
  test('tells a manifest, also where it is looked for', async () => {
    const call = await controlled({ reconnectMs: 50 })
    const manifest = { name: 'reference', version: '1.0.0', roles: ['sse-client'], profile: 'event-delivery', capabilities: { reconnectMs: 50 } }
    expect((await call('GET', '/conformance')).body).toEqual(manifest)
    expect((await call('GET', '/.well-known/event-conformance')).body).toEqual({ ...manifest, control: '/conformance', role: 'sse-client' })
  })

  test('opens a connection with headers and an id, tells what came of it, and closes it', async () => {
    const server = await scripted({ bytes: stream('id: 1\nevent: a\ndata: b\n\n') })
    const call = await controlled()
    const opened = await call('POST', '/conformance/connections', { url: server.url, headers: { 'X-Tenant': 'a' }, lastEventId: '0' })
    expect(opened).toEqual({ status: 201, body: { id: 'conn-1' } })
    const told = { state: 'open', events: [{ type: 'a', data: 'b', lastEventId: '1' }], errors: 0 }
    await expect.poll(() => call('GET', '/conformance/connections/conn-1')).toEqual({ status: 200, body: told })
    expect(server.requests[0]?.headers).toMatchObject({ 'x-tenant': 'a', 'last-event-id': '0' })
    expect((await call('DELETE', '/conformance/connections/conn-1')).status).toBe(204)
    expect((await call('GET', '/conformance/connections/conn-1')).body).toEqual({ ...told, state: 'closed' })
    await expect.poll(() => server.requests[0]?.socket.readableEnded).toBe(true)
  })

  test('lets a client close itself inside its handler', async () => {
    const server = await scripted({ bytes: stream('data: 1\n\ndata: 2\n\ndata: 3\n\n') })
    const call = await controlled()
    await call('POST', '/conformance/connections', { url: server.url, closeAfter: 2 })
    await expect.poll(() => call('GET', '/conformance/connections/conn-1')).toMatchObject({ body: { state: 'closed', events: [{ data: '1' }, { data: '2' }] } })
  })

  test('forgets and closes everything on reset', async () => {
    const server = await scripted({ bytes: stream(end) })
    const call = await controlled()
    await call('POST', '/conformance/connections', { url: server.url })
    await expect.poll(() => server.requests.length).toBe(1)
    expect((await call('POST', '/conformance/reset')).status).toBe(204)
    expect((await call('GET', '/conformance/connections/conn-1')).status).toBe(404)
    await expect.poll(() => server.requests[0]?.socket.readableEnded).toBe(true)
  })

  test.each([['{}'], ['x'], ['{"url":"ftp://a/"}'], ['{"url":"http://a/","closeAfter":0}'], ['{"url":"http://a/","headers":{"a b":"c"}}'], ['{"url":"http://a/","headers":{"a":"b\\nc"}}'], ['{"url":"http://a/","lastEventId":1}']])('refuses %s', async (body) => {
    const call = await controlled()
    expect((await call('POST', '/conformance/connections', body)).status).toBe(400)
  })

  test('knows no other verb and no other connection', async () => {
    const call = await controlled()
    for (const [method, path] of [['POST', 'events'], ['GET', 'connections/none'], ['DELETE', 'connections/none']] as const) expect((await call(method, `/conformance/${path}`)).status).toBe(404)
  })
})
