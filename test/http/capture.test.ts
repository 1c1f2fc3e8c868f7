import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { startCapture } from '../../harness/http/capture.ts'
import type { Capture, CaptureOptions, CapturedEndpoint, Script } from '../../harness/http/capture.ts'
import { exchange } from '../../harness/http/client.ts'
import type { WireExchange } from '../../harness/http/message.ts'

const clock = liveClock()
const captures: Capture[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const capture of captures.splice(0)) await capture.close()
})

async function start(options: CaptureOptions = {}): Promise<Capture> {
  const capture = await startCapture(clock, options)
  captures.push(capture)
  return capture
}

async function opened(script: Script = [{ do: 'answer', status: 204 }], options: CaptureOptions = {}): Promise<{ capture: Capture; endpoint: CapturedEndpoint }> {
  const capture = await start(options)
  return { capture, endpoint: capture.open('case', script) }
}

test('a capture that is silent refuses connections, and takes them again on the same port', async () => {
  const { capture, endpoint } = await opened()
  const request = { method: 'POST', url: endpoint.url, headers: [], body: Buffer.from('one') }
  expect((await exchange(request, { deadlineMs: 2000 }, clock)).reply?.status).toBe(204)
  await capture.silence()
  expect(await exchange(request, { deadlineMs: 2000 }, clock)).toMatchObject({ fault: 'refused' })
  await capture.listenAgain()
  expect((await exchange(request, { deadlineMs: 2000 }, clock)).reply?.status).toBe(204)
  expect(endpoint.attempts).toHaveLength(2)
})

test('a capture that is silent can be closed', async () => {
  const { capture } = await opened()
  await capture.silence()
  await expect(capture.close()).resolves.toBeUndefined()
})

/** Resolves with everything that came until the other side closed, and how it did. */
function raw(url: string): { socket: Socket; post(body: string, ...headers: string[]): void; text(): string; seen(part: string): Promise<void>; over: Promise<'end' | 'reset'> } {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.push(socket)
  let text = ''
  let look = (): void => {}
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    look()
  })
  const over = new Promise<'end' | 'reset'>((resolve) => {
    socket.on('end', () => resolve('end'))
    socket.on('error', () => resolve('reset'))
  })
  return {
    socket,
    post: (body, ...headers) => void socket.write([`POST ${pathname} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n')),
    text: () => text,
    seen: (part) =>
      new Promise((resolve) => {
        look = () => {
          if (text.includes(part)) resolve()
        }
        look()
      }),
    over,
  }
}

function send(url: string, body = '{}', method = 'POST'): Promise<WireExchange> {
  return exchange({ method, url, headers: [], body: Buffer.from(body) }, { deadlineMs: 5_000 }, clock)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('an attempt', () => {
  test('is recorded as it was written, with its times in order', async () => {
    const { endpoint } = await opened()
    const { pathname } = new URL(endpoint.url)
    const before = Date.now()
    const sender = raw(endpoint.url)
    sender.socket.write(`PUT ${pathname}?a=1 HTTP/1.1\r\nhOST: a\r\nX-Two: 1\r\nx-two: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n3\r\na":\r\n2\r\n1}\r\n0\r\n\r\n`)
    await sender.seen('204')
    sender.socket.destroy()
    await until(() => endpoint.attempts[0]?.closedMs !== undefined)
    const [attempt] = endpoint.attempts
    expect(attempt).toMatchObject({ method: 'PUT', target: `${pathname}?a=1`, bodyTruncated: false, chunks: [2, 3, 2], closedBy: 'sender', answer: '204' })
    expect(attempt?.headers).toEqual([['hOST', 'a'], ['X-Two', '1'], ['x-two', '2'], ['Transfer-Encoding', 'chunked']])
    expect(attempt?.body.toString()).toBe('{"a":1}')
    expect(attempt?.arrivedAt).toBeGreaterThanOrEqual(before)
    const times = [attempt?.openedMs, attempt?.arrivedMs, attempt?.completedMs, attempt?.answeredMs, attempt?.closedMs].map((time) => time ?? NaN)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('keeps its connection, on which further ones follow, even before the answer', async () => {
    const { endpoint } = await opened((_, n) => ({ do: 'answer', status: 200, body: `answer ${n}`, ...(n === 0 ? { afterMs: 5 } : {}) }))
    const sender = raw(endpoint.url)
    sender.post('a')
    sender.post('b')
    await sender.seen('answer 1')
    sender.post('c', 'Connection: close')
    expect(await sender.over).toBe('end')
    expect(sender.text().match(/answer \d/g)).toEqual(['answer 0', 'answer 1', 'answer 2'])
    expect(endpoint.attempts.map(({ body }) => body.toString())).toEqual(['a', 'b', 'c'])
    expect(new Set(endpoint.attempts.map(({ openedMs }) => openedMs)).size).toBe(1)
    expect(endpoint.attempts.map(({ closedBy }) => closedBy)).toEqual([undefined, undefined, 'harness'])
  })

  test('that expects 100-continue gets it before its body', async () => {
    const { endpoint } = await opened()
    const sender = raw(endpoint.url)
    sender.post('', 'Expect: 100-Continue')
    await sender.seen('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204')
  })

  test('that breaks off is recorded without an answer', async () => {
    const { endpoint } = await opened()
    const sender = raw(endpoint.url)
    sender.socket.end(`POST ${new URL(endpoint.url).pathname} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"a"`)
    const attempt = await endpoint.next(5_000)
    expect(attempt).toMatchObject({ bodyTruncated: true, answer: '', closedBy: 'sender' })
    expect([attempt?.body.toString(), attempt?.completedMs, attempt?.answeredMs]).toEqual(['{"a"', undefined, undefined])
  })

  test('with a body beyond the limit is complete and says what is missing', async () => {
    const { endpoint } = await opened(undefined, { maxBodyBytes: 4 })
    await send(endpoint.url, '12345')
    expect(endpoint.attempts[0]).toMatchObject({ body: Buffer.from('1234'), bodyTruncated: true, completedMs: expect.any(Number) })
  })

  test('that is not HTTP once its path is known belongs to the endpoint', async () => {
    const { capture, endpoint } = await opened()
    const sender = raw(endpoint.url)
    sender.post('', 'Content-Length: 7')
    expect(await sender.over).toBe('end')
    expect(sender.text()).toMatch(/^HTTP\/1\.1 400 /)
    expect(endpoint.attempts[0]).toMatchObject({ malformation: 'Content-Length is not one number' })
    expect(capture.strays).toEqual([])
  })

  test('is awaited from the call on, until the time is over, and not beyond an abort', async () => {
    const { endpoint } = await opened()
    await send(endpoint.url, 'first')
    expect(await endpoint.next(2)).toBeUndefined()
    const next = endpoint.next(60_000)
    await send(endpoint.url, 'second')
    expect((await next)?.body.toString()).toBe('second')
    const abort = new AbortController()
    const aborted = endpoint.next(60_000, abort.signal)
    abort.abort(new Error('interrupted'))
    await expect(aborted).rejects.toThrow('interrupted')
    const closed = endpoint.next(60_000)
    endpoint.close()
    expect(await closed).toBeUndefined()
  })
})

describe('a scripted answer', () => {
  test('is given as written, one for each attempt, the last one for the rest', async () => {
    const { endpoint } = await opened([
      { do: 'answer', status: 302, headers: [['LOCATION', '/elsewhere'], ['Retry-After', '1'], ['Retry-After', '2']] },
      { do: 'answer', status: 500, body: 'é' },
    ])
    const first = await send(endpoint.url)
    expect(first.reply?.headers).toEqual([['LOCATION', '/elsewhere'], ['Retry-After', '1'], ['Retry-After', '2'], ['Content-Length', '0'], ['Connection', 'close']])
    expect((await send(endpoint.url)).reply?.body.toString()).toBe('é')
    expect((await send(endpoint.url)).reply?.status).toBe(500)
    expect(endpoint.attempts.map(({ answer }) => answer)).toEqual(['302', '500', '500'])
  })

  test('to HEAD has no body', async () => {
    const { endpoint } = await opened([{ do: 'answer', status: 200, body: 'text' }])
    const sender = raw(endpoint.url)
    sender.socket.write(`HEAD ${new URL(endpoint.url).pathname} HTTP/1.0\r\n\r\n`)
    expect(await sender.over).toBe('end')
    expect(sender.text()).toMatch(/Content-Length: 4\r\n(.+\r\n)*\r\n$/)
  })

  test('with a length above its body breaks off', async () => {
    const { endpoint } = await opened([{ do: 'answer', status: 200, body: 'half', headers: [['Content-Length', '8']] }])
    const { reply } = await send(endpoint.url)
    expect([reply?.status, reply?.body.toString(), reply?.truncated]).toEqual([200, 'half', true])
  })

  test.each(['before-body', 'after-body'] as const)('resets %s', async (when) => {
    const { endpoint } = await opened([{ do: 'reset', when }])
    const sender = raw(endpoint.url)
    sender.socket.write(`POST ${new URL(endpoint.url).pathname} HTTP/1.1\r\nContent-Length: 2\r\n\r\n${when === 'after-body' ? '{}' : ''}`)
    expect(await sender.over).toBe('reset')
    expect(sender.text()).toBe('')
    expect(endpoint.attempts[0]).toMatchObject({ answer: `reset ${when}`, closedBy: 'harness', bodyTruncated: when === 'before-body' })
    expect(endpoint.attempts[0]?.completedMs !== undefined).toBe(when === 'after-body')
  })

  test('closes without a byte', async () => {
    const { endpoint } = await opened([{ do: 'close', when: 'after-body' }])
    expect((await send(endpoint.url)).fault).toBe('closed')
    expect(endpoint.attempts[0]).toMatchObject({ closedBy: 'harness', answer: 'close after-body' })
  })

  test('drips a header section that never ends', async () => {
    const { endpoint } = await opened([{ do: 'drip-header', everyMs: 0 }])
    const sender = raw(endpoint.url)
    sender.post('{}')
    await sender.seen('X-Drip: ....')
    expect(sender.text()).not.toContain('\r\n\r\n')
    sender.socket.destroy()
    await until(() => endpoint.attempts[0]?.closedBy === 'sender')
    expect(endpoint.attempts[0]?.answeredMs).toBeUndefined()
  })

  test('drips a body that never ends', async () => {
    const { endpoint } = await opened([{ do: 'drip-body', status: 202, everyMs: 0 }])
    const sender = raw(endpoint.url)
    sender.post('{}')
    await sender.seen('chunked\r\n\r\n1\r\n.\r\n1\r\n.\r\n')
    expect(endpoint.attempts[0]).toMatchObject({ answeredMs: expect.any(Number), answer: 'drip-body 202' })
  })

  test('without end is reset after 64 MiB', async () => {
    const { endpoint } = await opened([{ do: 'endless-body', status: 200 }])
    const { hostname, port, pathname } = new URL(endpoint.url)
    let bytes = 0
    const over = new Promise<void>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), onread: { buffer: Buffer.alloc(1 << 16), callback: (read) => (bytes += read) > 0 } })
      sockets.push(socket)
      socket.on('error', () => resolve())
      socket.on('end', () => resolve())
      socket.write(`POST ${pathname} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`)
      socket.resume()
    })
    await over
    expect(bytes).toBeGreaterThan(32 * 1024 * 1024)
    expect(bytes).toBeLessThan(65 * 1024 * 1024)
    expect(endpoint.attempts[0]?.closedBy).toBe('harness')
  })

  test('without end does not outlive a sender that stopped reading and left', async () => {
    const { endpoint } = await opened([{ do: 'endless-body', status: 200 }])
    const sender = raw(endpoint.url)
    sender.post('{}')
    await sender.seen('200')
    sender.socket.pause()
    sender.socket.destroy()
    await until(() => endpoint.attempts[0]?.closedBy === 'sender')
  })

  test('that is silence lasts until the endpoint closes', async () => {
    const { endpoint } = await opened([{ do: 'silence' }])
    const sender = raw(endpoint.url)
    sender.post('{}')
    const attempt = await endpoint.next(5_000)
    expect(attempt).toMatchObject({ answer: 'silence' })
    expect(attempt?.closedMs).toBeUndefined()
    endpoint.close()
    await sender.over
    expect([sender.text(), attempt?.closedBy]).toEqual(['', 'harness'])
  })

  test('that a script fails to give is a fault of the harness, and a reset', async () => {
    const { capture, endpoint } = await opened((_, n) => {
      if (n > 0) return { do: 'reset', when: 'before-body' }
      throw new Error('no idea')
    })
    expect([(await send(endpoint.url)).fault, (await send(endpoint.url)).fault]).toEqual(['reset', 'reset'])
    expect(capture.faults.map(String)).toEqual(['Error: no idea', expect.stringContaining('only a list')])
  })
})

describe('the capture', () => {
  test('gives every endpoint a path of its own that nobody can guess', async () => {
    const capture = await start()
    const urls = ['a/b', 'a/b'].map((name) => capture.open(name, [{ do: 'silence' }]).url)
    expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/a%2Fb$/)
    expect(urls[1]).not.toBe(urls[0])
  })

  test('keeps what comes to no endpoint as stray and answers 404', async () => {
    const { capture, endpoint } = await opened()
    expect((await send(`${endpoint.url}/more`)).reply?.status).toBe(404)
    const hello = raw(capture.origin)
    hello.socket.write('\x16\x03\x01')
    await hello.over
    const scanner = raw(capture.origin)
    scanner.socket.end('POST / HT')
    await scanner.over
    await until(() => capture.strays.length === 3)
    expect(capture.strays.map(({ method, malformation }) => [method, malformation])).toEqual([
      ['POST', undefined],
      ['', 'the request does not start with a method'],
      ['', 'the request ended inside its header section'],
    ])
    expect(endpoint.attempts).toEqual([])
  })

  test('answers 410 on a closed endpoint and records nothing more', async () => {
    const { capture, endpoint } = await opened()
    await send(endpoint.url)
    endpoint.close()
    expect((await send(endpoint.url)).reply?.status).toBe(410)
    expect([endpoint.attempts.length, capture.strays.length]).toEqual([1, 0])
  })

  test('leaves the connections of other endpoints alone when one closes', async () => {
    const { capture, endpoint } = await opened([{ do: 'silence' }])
    const other = capture.open('other', [{ do: 'answer', status: 200, body: 'still here' }])
    const sender = raw(other.url)
    sender.post('1')
    await sender.seen('still here')
    const silent = raw(endpoint.url)
    silent.post('{}')
    await endpoint.next(5_000)
    endpoint.close()
    await silent.over
    sender.post('2', 'Connection: close')
    expect(await sender.over).toBe('end')
    expect(other.attempts).toHaveLength(2)
  })

  test('is reached by its public URL, whether the prefix arrives or not', async () => {
    const free = await startCapture(clock)
    const { port, origin } = new URL(free.origin)
    await free.close()
    const capture = await start({ port: Number(port), publicUrl: `${origin}/tunnel/` })
    const { url, attempts } = capture.open('case', [{ do: 'answer', status: 204 }])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/tunnel\/[\w-]{22}\/case$/)
    expect((await send(url)).reply?.status).toBe(204)
    expect((await send(url.replace('/tunnel', ''))).reply?.status).toBe(204)
    expect([attempts.length, capture.strays.length]).toEqual([2, 0])
  })

  test('destroys held sockets when it closes, twice without harm, and listens no longer', async () => {
    const capture = await startCapture(clock)
    const endpoint = capture.open('case', [{ do: 'silence' }])
    const [held, idle, half] = [raw(endpoint.url), raw(endpoint.url), raw(endpoint.url)]
    held.post('{}')
    half.socket.write('POST / HTT')
    await endpoint.next(5_000)
    await Promise.all([capture.close(), capture.close()])
    await Promise.all([held.over, idle.over, half.over])
    expect((await send(endpoint.url)).fault).toBe('refused')
  })

  test('says what to do about an address that is taken', async () => {
    const { capture } = await opened()
    await expect(startCapture(clock, { port: Number(new URL(capture.origin).port) })).rejects.toMatchObject({ code: 'usage', cure: expect.stringContaining('--listen') })
  })
})
