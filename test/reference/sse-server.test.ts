import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { closeLater, dataOf, idsOf, serverBench } from './sse-bench.ts'

const longId = 'x'.repeat(129)

describe('the answer to a request for a stream', () => {
  test('is 200 and a media type, keeps caches and proxies away, and has its first byte before there is an event', async () => {
    const { read } = await serverBench()
    const stream = await read()
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
    expect(stream.headers).not.toHaveProperty('content-length')
    expect(stream.headers).not.toHaveProperty('content-encoding')
  })

  test('is 405 with Allow for other methods, and nothing but the header for HEAD', async () => {
    const { call } = await serverBench()
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) expect(await call(method, '/api/v1/events')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' }, body: { error: { code: 'method_not_allowed' } } })
    expect(await call('HEAD', '/api/v1/events')).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' }, text: '' })
  })

  test.each([['/'], ['/api/v1/events/'], ['/api/v1/orders//events'], ['/api/v1/orders/a/b/events']])('is 404 at %s', async (path) => {
    const { call } = await serverBench()
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
  })

  test('is 406 for somebody who wants something else', async () => {
    const { call, read } = await serverBench()
    expect(await call('GET', '/api/v1/events', undefined, { Accept: 'application/json' })).toMatchObject({ status: 406 })
    for (const accept of ['text/event-stream', 'application/json, text/*;q=0.5', '*/*']) expect((await read('/api/v1/events', { Accept: accept })).status).toBe(200)
  })

  test('is 401 without the token, on every stream', async () => {
    const { call, read } = await serverBench({ token: 'secret' })
    for (const [path, headers] of [['/api/v1/events', {}], ['/api/v1/orders/a/events', {}], ['/api/v1/events', { Authorization: 'Bearer secre' }], ['/api/v1/events', { Authorization: 'Bearer secrets' }]] as const) {
      expect(await call('GET', path, undefined, headers)).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { error: { code: 'unauthorized' } } })
    }
    expect((await read('/api/v1/events', { Authorization: 'Bearer secret' })).status).toBe(200)
  })

  test('is 503 with Retry-After when too many streams are open, until one is freed', async () => {
    const { read } = await serverBench({ maxStreams: 2 })
    const first = await read()
    await read()
    const refused = await read()
    expect(refused.status).toBe(503)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    first.close()
    await expect.poll(async () => (await read()).status).toBe(200)
  })
})

describe('an event', () => {
  test('arrives as it is published, with type, data and the id that was told', async () => {
    const { read, publish } = await serverBench()
    const stream = await read()
    const ids = await publish({ type: 'order.created', data: { orderId: 'order-789' } }, { type: '', data: 'verbatim' }, { type: 'a b', data: 7, id: 'evt-7' })
    expect(await stream.has(3)).toMatchObject([
      { type: 'order.created', data: '{"orderId":"order-789"}', lastEventId: ids[0] },
      { type: 'message', data: 'verbatim', lastEventId: ids[1] },
      { type: 'a b', data: '7', lastEventId: 'evt-7' },
    ])
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{12}-1$/), expect.stringMatching(/^[0-9a-f]{12}-2$/), 'evt-7'])
  })

  test.each([
    ['several lines', 'a\nb\n\nc', 'a\nb\n\nc'],
    ['carriage returns', 'a\rb\r\nc\n\rd', 'a\nb\nc\n\nd'],
    ['a line end at the end', 'a\n', 'a\n'],
    ['text that looks like fields', 'data: x\nid: 9\nevent: y\n\n:c\nretry: 1', 'data: x\nid: 9\nevent: y\n\n:c\nretry: 1'],
    ['spaces around', '  a ', '  a '],
    ['nothing', '', ''],
    ['text of every kind', '\ufeffü…😀\u2028\u2029\u0085\v\f\0', '\ufeffü…😀\u2028\u2029\u0085\v\f\0'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a mebibyte', 'x'.repeat(1024 * 1024), 'x'.repeat(1024 * 1024)],
  ])('may have data of %s', async (_, sent, arrives) => {
    const { read, publish } = await serverBench()
    const stream = await read()
    await publish({ data: sent }, { data: 'after' })
    expect(dataOf(await stream.has(2))).toEqual([arrives, 'after'])
  })

  test.each([[{ type: 'a\rb' }], [{ type: 'a\nid: 1' }], [{ id: 'a\nb' }], [{ id: 'a\rb' }], [{ id: 'a\0b' }], [{ id: 'a b' }], [{ id: 'ü' }], [{ id: '' }], [{ id: longId }], [{ id: 7 }], [{ type: 1 }], [{ data: undefined }], [{ key: 1 }]])('%j is refused with everything beside it', async (event) => {
    const { call, read, publish } = await serverBench()
    const stream = await read()
    expect(await call('POST', '/conformance/events', { events: [{ type: 'a', data: 1 }, { type: 'a', data: 1, ...event }] })).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
    await publish({ data: 'the next' })
    expect(dataOf(await stream.has(1))).toEqual(['the next'])
  })

  test('with an id that was published before is the same event', async () => {
    const { read, publish } = await serverBench()
    const stream = await read()
    expect(await publish({ id: 'one', data: 'first' }, { id: 'one', data: 'again' })).toEqual(['one', 'one'])
    await publish({ id: 'one', data: 'later' }, { data: 'end' })
    expect(dataOf(await stream.has(2))).toEqual(['first', 'end'])
  })

  test('reaches every client in the same order', async () => {
    const { read, publish } = await serverBench()
    const streams = await Promise.all(Array.from({ length: 100 }, () => read()))
    await Promise.all(Array.from({ length: 20 }, (_, index) => publish({ data: `${index}a` }, { data: `${index}b` })))
    const orders = await Promise.all(streams.map(async (stream) => idsOf(await stream.has(40)).join(' ')))
    expect(new Set(orders).size).toBe(1)
    expect(new Set(orders[0]?.split(' ')).size).toBe(40)
  })
})

describe('a stream', () => {
  test('that is silent has comments, which change nothing', async () => {
    const { read, publish } = await serverBench({ heartbeatMs: 20 })
    const stream = await read()
    await publish({ id: 'one' })
    await expect.poll(() => stream.comments.length).toBeGreaterThan(2)
    await publish({ id: 'two' })
    expect(idsOf(await stream.has(2))).toEqual(['one', 'two'])
  })

  test('has only events of the types that were asked for, by their exact names', async () => {
    const { read, publish } = await serverBench()
    const filtered = await read('/api/v1/events?types=order.created,order.shipped')
    const named = await read('/api/v1/events?types=a%20b')
    await publish({ type: 'order' }, { type: 'order.created', data: 1 }, { type: 'Order.Created' }, { type: 'order.created.v2' }, { type: 'order.shipped', data: 2 }, { type: 'a b', data: 3 })
    expect(dataOf(await filtered.has(2))).toEqual(['1', '2'])
    expect(dataOf(await named.has(1))).toEqual(['3'])
  })

  test('of a resource has its events only', async () => {
    const { read, publish } = await serverBench()
    const [one, both] = [await read('/api/v1/orders/order%201/events?types=a'), await read()]
    await publish({ key: 'order 2', type: 'a' }, { key: 'order 1', type: 'b' }, { key: 'order 1', type: 'a', data: 'mine' }, { type: 'a' })
    expect(dataOf(await one.has(1))).toEqual(['mine'])
    expect(await both.has(4)).toHaveLength(4)
  })

  test('is ended whole by disconnect', async () => {
    const { read, publish, call } = await serverBench()
    const stream = await read()
    await publish({ data: 'last' })
    expect((await call('POST', '/conformance/disconnect')).status).toBe(204)
    expect(await stream.ended).toBe('whole')
    expect(dataOf(stream.events)).toEqual(['last'])
    expect(stream.text()).toMatch(/\n\n$/)
  })

  test('whose client does not read delays nobody, and has everything once the client reads', async () => {
    const { read, publish } = await serverBench()
    const [slow, quick] = [await read(), await read()]
    slow.pause()
    const data = 'x'.repeat(256 * 1024)
    for (let index = 0; index < 60; index += 1) await publish({ data })
    expect(await quick.has(60)).toHaveLength(60)
    slow.resume()
    expect(idsOf(await slow.has(60))).toEqual(idsOf(quick.events))
  })

  test('whose client fell behind what is kept is ended, after whole events and without a gap', async () => {
    const { read, publish, call } = await serverBench()
    const [slow, quick] = [await read(), await read()]
    slow.pause()
    await call('POST', '/conformance/retention', { keep: 1 })
    const data = 'x'.repeat(256 * 1024)
    for (let index = 0; index < 60; index += 1) await publish({ data })
    expect(await quick.has(60)).toHaveLength(60)
    slow.resume()
    expect(await slow.ended).toBe('whole')
    expect(slow.events.length).toBeLessThan(60)
    expect(idsOf(slow.events)).toEqual(idsOf(quick.events).slice(0, slow.events.length))
  })

  test('is freed when its client goes', async () => {
    const { read, publish } = await serverBench({ maxStreams: 10 })
    for (let round = 0; round < 30; round += 1) (await read()).close()
    await expect.poll(async () => (await read()).status).toBe(200)
    await publish({})
  })
})

describe('resuming', () => {
  test('goes on after the id and then live', async () => {
    const { resume, publish } = await serverBench()
    const ids = await publish({}, {}, {}, {})
    const stream = await resume(ids[1] ?? '')
    const more = await publish({}, {})
    expect(idsOf(await stream.has(4))).toEqual([...ids.slice(2), ...more])
  })

  test('without an id, or with an empty one, is live', async () => {
    const { read, publish } = await serverBench()
    await publish({}, {})
    const streams = [await read(), await read('/api/v1/events', { 'Last-Event-ID': '' })]
    const [id] = await publish({})
    for (const stream of streams) expect(idsOf(await stream.has(1))).toEqual([id])
  })

  test('at the newest id replays nothing', async () => {
    const { resume, publish } = await serverBench()
    const ids = await publish({}, {})
    const stream = await resume(ids[1] ?? '')
    const more = await publish({})
    expect(idsOf(await stream.has(1))).toEqual(more)
  })

  test('brings a history of ten thousand exactly, from any place, any number of times', async () => {
    const { resume, publish } = await serverBench()
    const ids: string[] = []
    for (let batch = 0; batch < 10; batch += 1) ids.push(...(await publish(...Array.from({ length: 1000 }, (_, index) => ({ data: { batch, index } })))))
    for (const from of [0, 0, 5000, 9990]) expect(idsOf(await (await resume(ids[from] ?? '')).has(9999 - from))).toEqual(ids.slice(from + 1))
  })

  test('while events are published loses and repeats none', async () => {
    const { resume, publish } = await serverBench()
    let [id = ''] = await publish({})
    const publishing = (async () => {
      for (let index = 0; index < 300; index += 1) await publish({ data: index })
    })()
    const seen: string[] = []
    while (seen.length < 300) {
      const stream = await resume(id)
      await stream.has(1)
      stream.close()
      seen.push(...dataOf(stream.events))
      id = idsOf(stream.events).at(-1) ?? id
    }
    await publishing
    expect(seen.map(Number)).toEqual(Array.from({ length: 300 }, (_, index) => index))
  })

  test('at the edge of what is kept: an id counts while every later event is there', async () => {
    const { resume, publish, call } = await serverBench()
    const ids = await publish({}, {}, {}, {}, {})
    await call('POST', '/conformance/retention', { keep: 3 })
    expect((await resume(ids[0] ?? '')).status).toBe(410)
    for (const from of [1, 2, 3]) expect(idsOf(await (await resume(ids[from] ?? '')).has(4 - from))).toEqual(ids.slice(from + 1))
    await publish({})
    expect((await resume(ids[1] ?? '')).status).toBe(410)
    expect((await resume(ids[2] ?? '')).status).toBe(200)
    await call('POST', '/conformance/reset')
    await publish({}, {}, {}, {}, {})
    expect((await resume(ids[4] ?? '')).status).toBe(410)
  })

  test('nothing is kept, and those who read still get everything', async () => {
    const { read, resume, publish, call } = await serverBench()
    const stream = await read()
    await call('POST', '/conformance/retention', { keep: 0 })
    const ids = await publish({}, {}, {})
    expect(idsOf(await stream.has(3))).toEqual(ids)
    expect((await resume(ids[1] ?? '')).status).toBe(410)
    expect((await resume(ids[2] ?? '')).status).toBe(200)
  })

  test.each([
    ['nonsense', 'nonsense'], ['other letters', 'ü…😀'], ['a space', 'a b'], ['eight kibibytes', 'x'.repeat(8192)], ['a number', '-1'], ['zero', '0'], ['a name of a prototype', '__proto__'],
  ])('from an id of %s, which was never given, is 410', async (_, id) => {
    const { resume, publish, call } = await serverBench()
    await publish({})
    expect(await call('GET', '/api/v1/events', undefined, { 'Last-Event-ID': Buffer.from(id).toString('latin1') })).toMatchObject({ status: 410, body: { error: { code: 'events_lost' } } })
    expect((await resume(id)).status).toBe(410)
  })

  test('from an id of before a reset is 410, though as many events came after it', async () => {
    const { read, resume, publish, call } = await serverBench()
    const stream = await read()
    const before = await publish({}, {}, { id: 'given' })
    await call('POST', '/conformance/reset')
    const after = await publish({}, {}, {})
    expect(idsOf(await stream.has(6))).toEqual([...before, ...after])
    for (const id of before) expect((await resume(id)).status).toBe(410)
    expect((await call('POST', '/conformance/events', { events: [{ type: 'a', data: 1, id: 'given' }] })).status).toBe(400)
  })

  test('keeps filter and resource, and knows no id of another resource', async () => {
    const { resume, publish } = await serverBench()
    const ids = await publish({ key: 'a', type: 'x' }, { key: 'b', type: 'x' }, { key: 'a', type: 'y' }, { key: 'a', type: 'x' })
    expect(idsOf(await (await resume(ids[0] ?? '', '/api/v1/events?types=x')).has(2))).toEqual([ids[1], ids[3]])
    expect(idsOf(await (await resume(ids[0] ?? '', '/api/v1/orders/a/events')).has(2))).toEqual([ids[2], ids[3]])
    expect((await resume(ids[1] ?? '', '/api/v1/orders/a/events')).status).toBe(410)
    expect((await resume(ids[0] ?? '', '/api/v1/orders/none/events')).status).toBe(410)
  })
})

describe('a profile', () => {
  const stream = { heartbeatMs: 15_000, resumes: true, start: 'earliest', lost: { statuses: [], event: 'lost', header: 'X-Oldest' }, filter: 'only', resource: '/r/{key}', client: { retriesOn: [], unfinished: 'discarded', seeded: true } } as const

  test('may let a stream begin with what is there, and signal a loss in it', async () => {
    const { read, resume, publish } = await serverBench({ profile: { name: 'own', stream } })
    const ids = await publish({ type: 'a', key: 'k' }, { type: 'b' })
    expect(idsOf(await (await read()).has(2))).toEqual(ids)
    expect(idsOf(await (await read('/api/v1/events?only=b')).has(1))).toEqual([ids[1]])
    expect(idsOf(await (await read('/r/k')).has(1))).toEqual([ids[0]])
    const lost = await resume('never')
    expect(lost.headers['x-oldest']).toBe(ids[0])
    expect((await lost.has(3)).map(({ type }) => type)).toEqual(['lost', 'a', 'b'])
  })
})

describe('the control API', () => {
  test('tells a manifest, also where it is looked for', async () => {
    const { call } = await serverBench({ heartbeatMs: 150 })
    const manifest = { name: 'reference', version: '1.0.0', roles: ['sse-server'], profile: 'event-delivery', capabilities: { heartbeatMs: 150 } }
    expect((await call('GET', '/conformance')).body).toEqual(manifest)
    expect((await call('GET', '/.well-known/event-conformance')).body).toEqual({ ...manifest, control: '/conformance', role: 'sse-server' })
  })

  test.each([['/conformance/retention', '{"keep":-1}'], ['/conformance/retention', '{"keep":"1"}'], ['/conformance/retention', 'x'], ['/conformance/events', '{}'], ['/conformance/events', '[]'], ['/conformance/events', '{"events":[1]}']])('refuses %s with %s', async (path, body) => {
    const { call } = await serverBench()
    expect((await call('POST', path, body)).status).toBe(400)
  })

  test('knows no other verb', async () => {
    const { call } = await serverBench()
    expect((await call('POST', '/conformance/connections', {})).status).toBe(404)
  })
})

test('a request line that is no URL is answered, and the server lives on', async () => {
  const { url, read } = await serverBench()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  closeLater(() => void socket.destroy())
  const answer = await new Promise<string>((resolve) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString()))
    socket.write('GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  expect(answer).toMatch(/^HTTP\/1\.1 (400|404|500) /)
  expect((await read()).status).toBe(200)
})
