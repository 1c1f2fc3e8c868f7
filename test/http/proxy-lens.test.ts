import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { liveClock } from '../../harness/clock/live-clock.ts'
import type { HeaderLine } from '../../harness/http/message.ts'
import { startProxyLens, type ProxyLens } from '../../harness/http/proxy-lens.ts'
import type { ProxyLensName } from '../../harness/http/proxy-passage.ts'
import { openStream, type StreamConnection, type StreamEnd, type StreamHead } from '../../harness/http/stream-reader.ts'

/** A stream that a test writes by hand. */
interface Written {
  readonly response: ServerResponse
  readonly gone: Promise<void>
}

/** What a client of it got so far. */
interface Got {
  readonly connection: StreamConnection
  head: StreamHead | undefined
  text: string
  end: StreamEnd | undefined
}

let server: Server
let url = ''
let answered: (stream: Written) => void = () => {}
const lenses: ProxyLens[] = []
const opened: Got[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const headers = Object.fromEntries(new URL(request.url ?? '/', 'http://target').searchParams)
    const gone = new Promise<void>((resolve) => response.once('close', resolve))
    response.writeHead(Number(headers['status'] ?? 200), { 'Content-Type': 'text/event-stream', ...headers })
    response.flushHeaders()
    answered({ response, gone })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`
})

afterEach(async () => {
  for (const { connection } of opened.splice(0)) connection.close()
  await Promise.all(lenses.splice(0).map((lens) => lens.close()))
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('a lens that buffers', () => {
  it('passes headers on at once and keeps an event back', async () => {
    const { got, written, lens } = await streamThrough('nginx-buffering')
    written.response.write('data: one\n\n')
    await until(() => facts(lens, got)?.keptBytes === 11 && got.head !== undefined)
    expect(got.head?.status).toBe(200)
    expect(got.text).toBe('')
    expect(facts(lens, got)).toMatchObject({ did: 'buffered', keptBytes: 11 })
  })

  it('passes on whole buffers of 4 KiB, and the rest at the end of the body', async () => {
    const { got, written, lens } = await streamThrough('nginx-buffering')
    written.response.write(`data: ${'x'.repeat(5000)}\n\n`)
    await until(() => got.text.length > 0)
    expect(got.text).toHaveLength(4096)
    expect(facts(lens, got)?.keptBytes).toBe(5008 - 4096)
    written.response.end('data: last\n\n')
    await until(() => got.end !== undefined)
    expect(got.text).toHaveLength(5020)
    expect(got.end).toMatchObject({ by: 'server', complete: true })
    expect(facts(lens, got)?.keptBytes).toBe(0)
  })

  it('keeps nothing back where the answer says X-Accel-Buffering: no, and passes that on', async () => {
    const { got, written, lens } = await streamThrough('nginx-buffering', { answer: { 'X-Accel-Buffering': 'No' } })
    written.response.write('data: one\n\n')
    await until(() => got.text === 'data: one\n\n')
    expect(got.head?.headers).toContainEqual(['X-Accel-Buffering', 'No'])
    expect(facts(lens, got)).toMatchObject({ did: 'passed', keptBytes: 0, keptMs: 0 })
  })

  it('leaves a body that broke off without its last chunk', async () => {
    const { got, written } = await streamThrough('nginx-buffering')
    written.response.write('data: one\n\n')
    await until(() => got.head !== undefined)
    written.response.destroy()
    await until(() => got.end !== undefined)
    expect(got.end?.complete).toBe(false)
  })
})

describe('a lens that compresses', () => {
  it('keeps an event in its compressor, and gives everything at the end of the body', async () => {
    const { got, written, lens } = await streamThrough('gzip', { asked: [['Accept-Encoding', 'br, gzip;q=0.5']], answer: { 'Cache-Control': 'no-store' } })
    written.response.write('data: one\n\n')
    await until(() => facts(lens, got)?.keptBytes === 11 && got.head !== undefined)
    expect(got.head?.headers).toContainEqual(['Content-Encoding', 'gzip'])
    expect(got.text).toBe('')
    written.response.end()
    await until(() => got.end !== undefined)
    expect(got.text).toBe('data: one\n\n')
    expect(got.end?.complete).toBe(true)
  })

  it.each<readonly [why: string, setting: Setting]>([
    ['the client does not accept it', { asked: [] }],
    ['the client refuses it', { asked: [['Accept-Encoding', 'gzip;q=0, br']] }],
    ['the answer says no-transform', { asked: [['Accept-Encoding', 'gzip']], answer: { 'Cache-Control': 'no-store, No-Transform' } }],
    ['the answer is no stream', { asked: [['Accept-Encoding', 'gzip']], answer: { 'Content-Type': 'text/plain' } }],
  ])('leaves the body as it is where %s', async (_why, setting) => {
    const { got, written, lens } = await streamThrough('gzip', setting)
    written.response.write('data: one\n\n')
    await until(() => got.text === 'data: one\n\n')
    expect(facts(lens, got)).toMatchObject({ did: 'passed', keptBytes: 0 })
  })

  it('leaves a coding alone that the answer has already', async () => {
    const { got, lens } = await streamThrough('gzip', { asked: [['Accept-Encoding', 'gzip']], answer: { 'Content-Encoding': 'br' } })
    await until(() => got.head !== undefined)
    expect(got.head?.headers.filter(([name]) => name.toLowerCase() === 'content-encoding')).toEqual([['Content-Encoding', 'br']])
    expect(facts(lens, got)?.did).toBe('passed')
  })

  it('writes what any client can decompress', async () => {
    const { lens } = await streamThrough('gzip')
    answered = ({ response }) => void response.end('data: one\n\n')
    const bytes = await rawAnswer(lens.port, `GET /stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`)
    const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
    expect(gunzipSync(dechunked(body)).toString()).toBe('data: one\n\n')
  })
})

describe('a lens that cuts silent connections', () => {
  it('ends the connection without a last chunk, and lets go of the target', async () => {
    const { got, written, lens } = await streamThrough('idle-timeout', { idleMs: 60 })
    written.response.write('data: one\n\n')
    await until(() => got.end !== undefined)
    expect(got.text).toBe('data: one\n\n')
    expect(got.end).toMatchObject({ by: 'server', complete: false })
    expect(facts(lens, got)?.did).toBe('cut')
    await written.gone
  })

  it('leaves one alone on which the target writes in time', async () => {
    const { got, written, lens } = await streamThrough('idle-timeout', { idleMs: 1500 })
    const beating = setInterval(() => written.response.write(':\n\n'), 20)
    try {
      await until(() => got.text.length > 30)
    } finally {
      clearInterval(beating)
    }
    expect(got.end).toBeUndefined()
    expect(facts(lens, got)?.did).toBe('passed')
  })
})

describe('any lens', () => {
  const names: readonly ProxyLensName[] = ['nginx-buffering', 'gzip', 'idle-timeout']

  it.each(names)('%s passes a refusal on as it is', async (name) => {
    const { got, written } = await streamThrough(name, { answer: { status: '410', 'Content-Type': 'application/json', 'Content-Length': '2' } })
    written.response.end('{}')
    await until(() => got.end !== undefined)
    expect(got.head?.status).toBe(410)
    expect(got.head?.headers).toContainEqual(['Content-Length', '2'])
    expect(got.text).toBe('{}')
    expect(got.end?.complete).toBe(true)
  })

  it.each(names)('%s lets go of the target when the client goes', async (name) => {
    const { got, written } = await streamThrough(name)
    await until(() => got.head !== undefined)
    got.connection.close()
    await written.gone
    expect(written.response.destroyed).toBe(true)
  })

  it.each(names)('%s frees every socket when it is closed', async (name) => {
    const { got, written, lens } = await streamThrough(name)
    await until(() => got.head !== undefined)
    await lens.close()
    await written.gone
    await until(() => got.end !== undefined)
    expect(await refuses(lens.port)).toBe(true)
  })

  it('says why the target could not be reached', async () => {
    const closed = createTcpServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const lens = await started('nginx-buffering', `http://127.0.0.1:${port}/stream`, 1000)
    const got = open(lens, `http://127.0.0.1:${port}/stream`, [])
    await until(() => got.end !== undefined)
    expect(facts(lens, got)).toMatchObject({ fault: 'refused' })
  })

  it('passes on what is no HTTP, so that it can be named', async () => {
    const speaking = createTcpServer((socket) => void socket.on('error', () => {}).resume().end('SSH-2.0-OpenSSH_9.2\r\n'))
    await new Promise<void>((resolve) => speaking.listen(0, '127.0.0.1', resolve))
    const { port } = speaking.address() as AddressInfo
    try {
      const lens = await started('gzip', `http://127.0.0.1:${port}/`, 1000)
      const got = open(lens, `http://127.0.0.1:${port}/`, [])
      await until(() => got.end !== undefined)
      expect(got.end).toMatchObject({ fault: 'malformed' })
    } finally {
      await new Promise((resolve) => speaking.close(resolve))
    }
  })

  it('passes on the body of an answer to HEAD, which must not have one', async () => {
    const speaking = createTcpServer((socket) => void socket.on('error', () => {}).once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n')))
    await new Promise<void>((resolve) => speaking.listen(0, '127.0.0.1', resolve))
    const { port } = speaking.address() as AddressInfo
    try {
      const lens = await started('nginx-buffering', `http://127.0.0.1:${port}/`, 1000)
      const bytes = await rawAnswer(lens.port, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n', /data: one/)
      expect(bytes.toString()).toMatch(/\r\n\r\ndata: one\n\n$/)
    } finally {
      await lenses.at(-1)?.close()
      await new Promise((resolve) => speaking.close(resolve))
    }
  })

  it('stops reading the target while the client does not read', { timeout: 30_000 }, async () => {
    const { got, written } = await streamThrough('nginx-buffering')
    await until(() => got.head !== undefined)
    got.connection.pause()
    const piece = Buffer.alloc(64 * 1024, 'x')
    let taken = 0
    for (let drained = true; drained && taken < 200; taken += 1) drained = written.response.write(piece) || (await Promise.race([new Promise<boolean>((resolve) => written.response.once('drain', () => resolve(true))), pause(400).then(() => false)]))
    // Kernel buffers on two ways take a few MiB; the lens takes nothing that the client does not.
    expect(taken).toBeLessThan(200)
    got.connection.resume()
    await until(() => got.text.length > 128 * 1024)
  })
})

const nginx = '/usr/sbin/nginx'
const missing = existsSync(nginx) ? undefined : 'nginx is not installed'

describe.skipIf(missing !== undefined)(`the real nginx${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let folder = ''
  let child: ChildProcess | undefined
  let port = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-nginx-'))
    port = await freePort()
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, new URL(url).host))
    child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
    await until(async () => !(await refuses(port)), 10_000)
  }, 20_000)

  afterAll(async () => {
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  })

  it('keeps an event back as the lens does, with the headers besides', async () => {
    const real = await streamTo(port)
    const { got, written } = await streamThrough('nginx-buffering')
    for (const stream of [real, { got, written }]) stream.written.response.write('data: one\n\n')
    await until(() => got.head !== undefined)
    await pause(300)
    expect([real.got.text, got.text]).toEqual(['', ''])
    for (const stream of [real, { got, written }]) stream.written.response.end('data: two\n\n')
    await until(() => real.got.end !== undefined && got.end !== undefined)
    expect([real.got.text, got.text]).toEqual(['data: one\n\ndata: two\n\n', 'data: one\n\ndata: two\n\n'])
  })

  it('passes on whole buffers, as the lens does', async () => {
    const real = await streamTo(port)
    const { got, written } = await streamThrough('nginx-buffering')
    for (const stream of [real, { got, written }]) stream.written.response.write(`data: ${'x'.repeat(10_000)}\n\n`)
    await until(() => real.got.text.length > 0 && got.text.length > 0)
    await pause(100)
    // Headers stand in the first buffer of nginx, so that its border is elsewhere.
    for (const { text } of [real.got, got]) expect(text.length).toBeGreaterThan(3000)
    for (const { text } of [real.got, got]) expect(text.length).toBeLessThan(10_008)
  })

  it('keeps nothing back after X-Accel-Buffering: no, as the lens does', async () => {
    const real = await streamTo(port, { 'X-Accel-Buffering': 'no' })
    const { got, written } = await streamThrough('nginx-buffering', { answer: { 'X-Accel-Buffering': 'no' } })
    for (const stream of [real, { got, written }]) stream.written.response.write('data: one\n\n')
    await until(() => real.got.text !== '' && got.text !== '')
    expect([real.got.text, got.text]).toEqual(['data: one\n\n', 'data: one\n\n'])
  })

  it('cuts a silent connection as the lens does, without a last chunk', async () => {
    const real = await streamTo(port, { 'X-Accel-Buffering': 'no' })
    const { got, written } = await streamThrough('idle-timeout', { idleMs: 300 })
    for (const stream of [real, { got, written }]) stream.written.response.write('data: one\n\n')
    await until(() => real.got.end !== undefined && got.end !== undefined)
    for (const { text, end } of [real.got, got]) expect({ text, by: end?.by, complete: end?.complete }).toEqual({ text: 'data: one\n\n', by: 'server', complete: false })
  })
})

/** Debian's nginx with its own defaults, save for the time that it waits. */
function configuration(folder: string, port: number, target: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 64; }
http { access_log off; ${paths} server { listen 127.0.0.1:${port}; location / { proxy_pass http://${target}; proxy_read_timeout 1s; } } }
`
}

interface Setting {
  readonly answer?: Readonly<Record<string, string>>
  readonly asked?: readonly HeaderLine[]
  readonly idleMs?: number
}

async function streamThrough(name: ProxyLensName, { answer = {}, asked = [], idleMs = 60_000 }: Setting = {}) {
  const lens = await started(name, url, idleMs)
  const target = `${url}?${new URLSearchParams(answer).toString()}`
  return { lens, ...(await nextStream(() => open(lens, target, asked))) }
}

/** The same by the real nginx. */
function streamTo(port: number, answer: Readonly<Record<string, string>> = {}) {
  return nextStream(() => open(undefined, `http://127.0.0.1:${port}/stream?${new URLSearchParams(answer).toString()}`, []))
}

async function nextStream(ask: () => Got): Promise<{ readonly got: Got; readonly written: Written }> {
  const next = new Promise<Written>((resolve) => (answered = resolve))
  const got = ask()
  return { got, written: await next }
}

async function started(name: ProxyLensName, target: string, idleMs: number): Promise<ProxyLens> {
  const lens = await startProxyLens(name, target, idleMs)
  lenses.push(lens)
  return lens
}

function open(lens: ProxyLens | undefined, target: string, headers: readonly HeaderLine[]): Got {
  const state: { head?: StreamHead; text: string; end?: StreamEnd } = { text: '' }
  const connection = openStream(
    { method: 'GET', url: target, headers, body: Buffer.alloc(0) },
    { opened: (head) => void (state.head = head), read: (piece) => void (state.text += piece.toString()), closed: (end) => void (state.end = end) },
    liveClock(),
    lens ? { through: lens.port } : {},
  )
  const got: Got = Object.defineProperties({ connection } as Got, { head: { get: () => state.head }, text: { get: () => state.text }, end: { get: () => state.end } }) // the three are read from what the listener is told
  opened.push(got)
  return got
}

function facts(lens: ProxyLens, { connection }: Got) {
  return connection.localPort === undefined ? undefined : lens.facts(connection.localPort)
}

async function until(condition: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const untilMs = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`did not come true within ${ms} ms`)
    await pause(2)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms))
}

/** Everything that is answered until the connection ends, or until it matches. */
function rawAnswer(port: number, request: string, enough?: RegExp): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0)
    const socket: Socket = connect(port, '127.0.0.1', () => void socket.write(request))
    const done = () => void (socket.destroy(), resolve(bytes))
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      if (enough?.test(bytes.toString())) done()
    })
    socket.on('end', done)
    socket.on('error', reject)
  })
}

function dechunked(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, line), 16)
    if (!(size > 0)) return Buffer.concat(pieces)
    pieces.push(body.subarray(line + 2, line + 2 + size))
    at = line + 4 + size
  }
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void (socket.destroy(), resolve(false)))
    socket.on('error', () => resolve(true))
  })
}

async function freePort(): Promise<number> {
  const taken = createTcpServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  await new Promise((resolve) => taken.close(resolve))
  return port
}
