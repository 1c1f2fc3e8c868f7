import { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../harness/clock/clock.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { exchange, exchangeTogether } from '../../harness/http/client.ts'
import type { ExchangeLimits } from '../../harness/http/client.ts'
import type { WireExchange, WireRequest } from '../../harness/http/message.ts'
import { rawServer, received } from './raw-server.ts'

const clock = liveClock()

afterEach(() => void vi.restoreAllMocks())

function post(url: string, parts: Partial<WireRequest> = {}): WireRequest {
  return { method: 'POST', url, headers: [], body: Buffer.from('{"id":1}'), ...parts }
}

function send(url: string, parts: Partial<WireRequest> = {}, limits: Partial<ExchangeLimits> = {}): Promise<WireExchange> {
  return exchange(post(url, parts), { deadlineMs: 5_000, ...limits }, clock)
}

/** Answers with these bytes once the body of `post` has arrived, then does what `after` says. */
function answering(bytes: string, after: (socket: Socket) => void = () => {}): (socket: Socket) => void {
  return async (socket) => {
    await received(socket, (text) => text.includes('{"id":1}'))
    socket.write(bytes, 'latin1', () => after(socket))
  }
}

describe('an answer', () => {
  test('is told with its bytes and times, over one connection of its own', async () => {
    const server = await rawServer(answering('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nX-A: 1\r\n\r\nok'))
    const seen = await send(server.url)
    expect(seen.reply).toEqual({ status: 202, reason: 'Accepted', headers: [['Content-Length', '2'], ['X-A', '1']], body: Buffer.from('ok'), truncated: false })
    const { startedMs, flushedMs = NaN, repliedMs = NaN, endedMs } = seen
    expect([startedMs, flushedMs, repliedMs, endedMs]).toEqual([startedMs, flushedMs, repliedMs, endedMs].toSorted((a, b) => a - b))
    await send(server.url)
    expect(server.connections).toBe(2)
  })

  test('that dribbles in by the byte is put together', async () => {
    const bytes = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nTrailer: x\r\n\r\n'
    const server = await rawServer(async (socket) => {
      await received(socket, (text) => text.includes('{"id":1}'))
      socket.setNoDelay(true)
      for (const byte of bytes) await new Promise((resolve) => socket.write(byte, resolve))
    })
    expect((await send(server.url)).reply).toMatchObject({ status: 401, body: Buffer.from('no'), truncated: false })
  })

  test('of an IPv6 host is read', async () => {
    const server = await rawServer(answering('HTTP/1.1 204 No Content\r\n\r\n'), '::1')
    expect((await send(server.url)).reply?.status).toBe(204)
  })

  test.each([
    ['endless', (socket: Socket): void => {
      const pour = (): void => void (socket.writable && socket.write('x'.repeat(16_384), pour))
      pour()
    }],
    ['dripping', (socket: Socket): void => void socket.write('x')],
  ])('with a body that is %s ends early and counts', async (_, body) => {
    const server = await rawServer(answering('HTTP/1.1 200 OK\r\n\r\n', body))
    const seen = await send(server.url, {}, { bodyMs: 40, maxReplyBytes: 1_000 })
    expect(seen.reply).toMatchObject({ status: 200, truncated: true })
    expect(seen.reply?.body.length).toBeLessThanOrEqual(1_000)
    expect(seen.fault).toBeUndefined()
  })

  test('whose body outlasts the deadline ends at the deadline', async () => {
    const server = await rawServer(answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'))
    expect((await send(server.url, {}, { deadlineMs: 60 })).reply).toMatchObject({ status: 200, body: Buffer.from('x'), truncated: true })
  })

  test('whose body is broken off by a reset keeps its status', async () => {
    const server = await rawServer(answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx', (socket) => setTimeout(() => socket.resetAndDestroy(), 5)))
    expect((await send(server.url)).reply).toMatchObject({ status: 200, truncated: true })
  })
})

describe('without an answer', () => {
  const rows: [name: string, fault: string, server: (socket: Socket) => void][] = [
    ['a reset before the body was read', 'reset', (socket) => void socket.once('data', () => socket.resetAndDestroy())],
    ['a reset inside the headers', 'reset', answering('HTTP/1.1 200 OK\r\nX', (socket) => setTimeout(() => socket.resetAndDestroy(), 5))],
    ['a close without a byte', 'closed', answering('', (socket) => socket.end())],
    ['a close after an interim answer', 'closed', answering('HTTP/1.1 100 Continue\r\n\r\n', (socket) => socket.end())],
    ['a close inside the headers', 'malformed', answering('HTTP/1.1 200 OK\r\nX', (socket) => socket.end())],
    ['garbage', 'malformed', answering('\x15\x03\x01')],
    ['headers without end', 'malformed', answering(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1_000)}\r\n`.repeat(80)}`)],
  ]
  test.each(rows)('%s is %s', async (_, fault, connected) => {
    const server = await rawServer(connected)
    const seen = await send(server.url)
    expect(seen).toMatchObject({ fault, detail: expect.stringMatching(/./) })
    expect(seen.reply).toBeUndefined()
  })

  test.each([
    ['silence', (): void => {}],
    ['headers that never end', answering('HTTP/1.1 200 OK\r\nX: 1\r\n')],
  ])('%s is a timeout', async (_, connected) => {
    const server = await rawServer(connected)
    expect(await send(server.url, {}, { deadlineMs: 60 })).toMatchObject({ fault: 'timeout', detail: 'no complete header section within 60 ms' })
  })

  test('a closed port is refused', async () => {
    const server = await rawServer(() => {})
    await server.close()
    expect(await send(server.url)).toMatchObject({ fault: 'refused', detail: expect.stringContaining('ECONNREFUSED') })
  })

  test.each(['http://name.invalid/', 'https://'])('%s is unreachable', async (start) => {
    const server = await rawServer((socket) => void socket.end('not TLS'))
    const url = start === 'https://' ? `https://127.0.0.1:${server.port}/` : start
    expect((await send(url)).fault).toBe('unreachable')
  })
})

describe('an early answer to a large upload', () => {
  const refusal = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'
  const body = Buffer.alloc(4 * 1024 * 1024, 'x')

  test('is kept when the rest is never read', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => { socket.pause(); socket.write(refusal) }))
    const seen = await send(server.url, { body })
    expect(seen.reply).toMatchObject({ status: 413, body: Buffer.from('no') })
    expect(seen.flushedMs).toBeUndefined()
  })

  test('is kept when the connection is reset behind it, at every point of the writing', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => { socket.pause(); socket.write(refusal, () => socket.resetAndDestroy()) }))
    for (let cuts = 0; cuts < 40; cuts += 1) {
      const framing = { transfer: 'content-length', cuts: Array.from({ length: cuts }, (_, index) => (index + 1) * 1_000) } as const
      const seen = await send(server.url, { body, framing })
      expect(seen.reply?.status, `${cuts} cuts, ${seen.detail}`).toBe(413)
    }
  })

  test('is kept when the reset has arrived by the time of a write', async () => {
    let accepted: (socket: Socket) => void = () => {}
    const acceptance = new Promise<Socket>((resolve) => (accepted = resolve))
    const server = await rawServer((socket) => accepted(socket.pause()))
    const write = Socket.prototype.write
    const results: unknown[] = []
    let peer: Socket | undefined
    void acceptance.then((socket) => (peer = socket))
    vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
      const [bytes, told] = args
      if (!(bytes instanceof Uint8Array) || typeof told !== 'function') return Reflect.apply(write, this, args)
      // Both reach the kernel before the call returns, and so before the event loop can look at the client's socket.
      if (peer !== undefined && results.length > 0 && !peer.destroyed) {
        Reflect.apply(write, peer, [refusal])
        peer.resetAndDestroy()
      }
      return Reflect.apply(write, this, [bytes, (error: unknown) => { results.push(error); told(error) }])
    })
    const seen = await send(server.url, { body: Buffer.alloc(64), framing: { transfer: 'content-length', cuts: Array.from({ length: 30 }, (_, index) => index + 1) } })
    expect(results.at(-1)).toMatchObject({ syscall: 'write' })
    expect(seen.reply).toMatchObject({ status: 413, body: Buffer.from('no'), truncated: false })
  })

  test('is kept when the headers end it but the body is cut off', async () => {
    const server = await rawServer((socket) => void socket.once('data', () => { socket.pause(); socket.write(refusal.slice(0, -1), () => socket.resetAndDestroy()) }))
    expect((await send(server.url, { body })).reply).toMatchObject({ status: 413, truncated: true })
  })
})

test('every cut is a write of its own', async () => {
  const server = await rawServer(async (socket) => {
    await received(socket, (text) => text.endsWith('0\r\n\r\n'))
    socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  const writes = vi.spyOn(Socket.prototype, 'write')
  await send(server.url, { body: Buffer.from('hello'), framing: { transfer: 'chunked', cuts: [1, 3] } })
  const pieces = writes.mock.calls.map(([bytes]) => bytes).filter((bytes) => bytes instanceof Uint8Array)
  expect(pieces.map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual([expect.stringMatching(/\r\n\r\n1\r\nh\r\n$/), '2\r\nel\r\n', '2\r\nlo\r\n0\r\n\r\n'])
})

describe('requests sent together', () => {
  test('are written only when every connection is open', async () => {
    const server = await rawServer(answering('HTTP/1.1 204 No Content\r\n\r\n'))
    const names: (() => string | undefined)[] = []
    const naming: Clock = { ...clock, begin: (name = () => undefined) => { names.push(name); return () => {} } }
    const openAtWrite: number[] = []
    const write = Socket.prototype.write
    vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
      if (args[0] instanceof Uint8Array) openAtWrite.push(names.filter((name) => name() !== undefined).length)
      return Reflect.apply(write, this, args)
    })
    const seen = await exchangeTogether(Array.from({ length: 8 }, () => post(server.url)), { deadlineMs: 5_000 }, naming)
    expect(seen.map(({ reply }) => reply?.status)).toEqual(Array(8).fill(204))
    expect(openAtWrite).toEqual(Array(8).fill(8))
  })

  test('each have their own result', async () => {
    const server = await rawServer(answering('HTTP/1.1 204 No Content\r\n\r\n'))
    const closed = await rawServer(() => {})
    await closed.close()
    const [first, second] = await exchangeTogether([post(closed.url), post(server.url)], { deadlineMs: 5_000 }, clock)
    expect(first?.fault).toBe('refused')
    expect(second?.reply?.status).toBe(204)
  })

  test('free the connections of the others when one cannot be written', async () => {
    const disconnected: Promise<void>[] = []
    const server = await rawServer((socket) => void disconnected.push(new Promise((resolve) => socket.resume().once('close', () => resolve()).once('end', () => resolve()))))
    const bad = post(server.url, { headers: [['A', '\n']] })
    await expect(exchangeTogether([post(server.url), bad], { deadlineMs: 5_000 }, clock)).rejects.toThrow(TypeError)
    await Promise.all(disconnected)
  })
})

describe('an abort', () => {
  test('in flight frees the socket and rejects with its reason', async () => {
    const abort = new AbortController()
    const ended = new Promise<void>((resolve) => {
      void rawServer((socket) => {
        socket.once('end', resolve)
        socket.once('data', () => abort.abort(new Error('interrupted')))
      }).then(({ url }) => expect(exchange(post(url), { deadlineMs: 5_000 }, clock, abort.signal)).rejects.toThrow('interrupted'))
    })
    await ended
  })

  test('beforehand opens no connection', async () => {
    const server = await rawServer(() => {})
    await expect(exchange(post(server.url), { deadlineMs: 5_000 }, clock, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted')
    expect(server.connections).toBe(0)
  })
})

test('work on the clock ends with the exchange, whatever came of it', async () => {
  let inFlight = 0
  const counting = { ...clock, begin: () => { inFlight += 1; return () => void (inFlight -= 1) } }
  const server = await rawServer(answering('HTTP/1.1 204 No Content\r\n\r\n'))
  const silent = await rawServer(() => {})
  await exchange(post(server.url), { deadlineMs: 5_000 }, counting)
  await exchange(post(silent.url), { deadlineMs: 20 }, counting)
  await exchange(post('http://127.0.0.1:1/'), { deadlineMs: 5_000 }, counting)
  expect(inFlight).toBe(0)
})
