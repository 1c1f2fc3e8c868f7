import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import { HarnessError } from '../errors.ts'
import { headerValues } from './headers.ts'
import type { HeaderLine } from './message.ts'

/** The head of one request, as it was read from the socket. */
export interface RawRequest {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly version: string
  /** Values are bytes in latin1. */
  readonly headers: readonly HeaderLine[]
  /** The last byte of the head was read; milliseconds on the run's clock. */
  readonly arrivedMs: number
}

/** One request and the socket that waits for its answer, byte by byte as the route writes it. */
export interface RawExchange {
  readonly request: RawRequest
  /** Aborts once the connection is gone, by whomever. */
  readonly gone: AbortSignal
  /** When it went, and who ended it. */
  readonly closedMs: number | undefined
  readonly closedBy: 'client' | 'harness' | undefined
  /** Resolves once the bytes were handed to the kernel; false when the connection went first. */
  write(bytes: Uint8Array): Promise<boolean>
  /** FIN. */
  end(): void
  /** RST. */
  reset(): void
}

/** What answers the requests on one path. */
export type RawRoute = (exchange: RawExchange) => void

/** A listener on which every byte of an answer is the route's own: no framing, no headers, no keep-alive. */
export interface RawServer {
  /** Without a slash at the end. */
  readonly origin: string
  /** Opens an unguessable path whose last segment is the name. Requests that were accepted outlive `close`. */
  route(name: string, route: RawRoute): { readonly url: string; close(): void }
  /** Connections are refused from here on; open ones stay. */
  refuse(): Promise<void>
  /** Listens on the same port again. @throws HarnessError `usage` when somebody else took it. */
  accept(): Promise<void>
  /** Stops listening and destroys every socket. */
  close(): Promise<void>
}

export interface RawServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** How clients reach the listener, where that is not its address. */
  readonly publicUrl?: string
}

const maxConnections = 2_000
const maxHeadBytes = 64 * 1024
/** Real milliseconds without a request. Clients open connections ahead of need. */
const idleMs = 120_000
/** Real milliseconds that a peer has to close its side once this one is closed. */
const lingerMs = 1_000

/** @throws HarnessError `usage` when the address cannot be listened on. */
export async function startRawServer(clock: Clock, options: RawServerOptions = {}): Promise<RawServer> {
  const server = new ListeningRawServer(clock, options)
  await server.accept()
  return server
}

class ListeningRawServer implements RawServer {
  readonly #clock: Clock
  readonly #host: string
  readonly #publicUrl: string | undefined
  readonly #routes = new Map<string, RawRoute>()
  readonly #sockets = new Set<Socket>()
  #port: number
  #server: Server | undefined

  constructor(clock: Clock, { host = '127.0.0.1', port = 0, publicUrl }: RawServerOptions) {
    this.#clock = clock
    this.#host = host
    this.#port = port
    this.#publicUrl = publicUrl
  }

  get origin(): string {
    if (this.#publicUrl !== undefined) return this.#publicUrl.replace(/\/+$/, '')
    const host = this.#host === '0.0.0.0' || this.#host === '::' ? '127.0.0.1' : this.#host
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`
  }

  async accept(): Promise<void> {
    if (this.#server) return
    const server = createServer()
    server.maxConnections = maxConnections
    server.on('connection', (socket) => this.#serve(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new HarnessError('usage', `cannot listen on ${this.#host}:${this.#port}: ${cause.message}`, 'free the port or name another: --listen HOST:PORT, 0 for any', { cause })))
      server.listen({ host: this.#host, port: this.#port, backlog: maxConnections }, resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port // it listens on a port, not on a pipe
  }

  async refuse(): Promise<void> {
    // The callback waits for the sockets that are open; the port itself is free at once.
    this.#server?.close()
    this.#server = undefined
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  async close(): Promise<void> {
    this.#server?.close()
    this.#server = undefined
    this.#routes.clear()
    const closing = [...this.#sockets].map((socket) => new Promise<void>((resolve) => (socket.destroyed ? resolve() : void socket.once('close', () => resolve()).destroy())))
    await Promise.all(closing)
  }

  route(name: string, route: RawRoute): { readonly url: string; close(): void } {
    const path = `/${randomBytes(12).toString('base64url')}/${encodeURIComponent(name)}`
    this.#routes.set(path, route)
    return { url: `${this.origin}${path}`, close: () => void this.#routes.delete(path) }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => socket.destroy())
    socket.on('error', () => {})
    let head = Buffer.alloc(0)
    const read = (bytes: Buffer) => {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0 && head.length <= maxHeadBytes) return
      socket.removeListener('data', read)
      // What follows the head is nobody's: the end of the connection shows only while it is read.
      socket.on('data', () => {})
      socket.setTimeout(0)
      const request = end < 0 ? undefined : requestOf(head.subarray(0, end).toString('latin1'), this.#clock.elapsed())
      if (request) this.#answer(socket, request)
      else socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    }
    socket.on('data', read)
  }

  #answer(socket: Socket, request: RawRequest): void {
    const path = request.target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
    const route = [...this.#prefixes(path)].map((own) => this.#routes.get(own)).find((found) => found !== undefined)
    if (request.method === 'OPTIONS') return void socket.end(preflight(request.headers))
    if (!route) return void socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    route(new SocketExchange(socket, request, this.#clock))
  }

  /** The path itself, and what is left of it when what the public URL puts in front of it is taken away. */
  *#prefixes(path: string): Generator<string> {
    yield path
    const prefix = this.#publicUrl === undefined ? '' : new URL(this.#publicUrl).pathname.replace(/\/$/, '')
    if (prefix !== '' && path.startsWith(`${prefix}/`)) yield path.slice(prefix.length)
  }
}

class SocketExchange implements RawExchange {
  readonly request: RawRequest
  closedMs: number | undefined
  closedBy: 'client' | 'harness' | undefined
  readonly #gone = new AbortController()
  readonly #socket: Socket
  #ended = false

  constructor(socket: Socket, request: RawRequest, clock: Clock) {
    this.#socket = socket
    this.request = request
    const closed = () => {
      if (this.closedMs !== undefined) return
      this.closedMs = clock.elapsed()
      this.closedBy ??= this.#ended ? 'harness' : 'client'
      this.#gone.abort()
    }
    socket.once('end', closed)
    socket.once('close', closed)
    if (socket.destroyed) closed()
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#gone.signal.aborted || !this.#socket.writable) return Promise.resolve(false)
    return new Promise((resolve) => {
      const gone = () => resolve(false)
      this.#gone.signal.addEventListener('abort', gone, { once: true })
      this.#socket.write(bytes, (error) => {
        this.#gone.signal.removeEventListener('abort', gone)
        resolve(!error)
      })
    })
  }

  end(): void {
    this.#ended = true
    this.#socket.end()
    const linger = setTimeout(() => this.#socket.destroy(), lingerMs)
    this.#socket.once('close', () => clearTimeout(linger))
  }

  reset(): void {
    this.#ended = true
    this.#socket.resetAndDestroy()
  }
}

/** Lets a page of any origin read a stream, with and without credentials (Fetch, section 3.2). */
export function crossOriginHeaders(request: readonly HeaderLine[]): readonly HeaderLine[] {
  const origin = headerValues(request, 'origin')[0]
  return origin === undefined ? [['Access-Control-Allow-Origin', '*']] : [['Access-Control-Allow-Origin', origin], ['Access-Control-Allow-Credentials', 'true'], ['Vary', 'Origin']]
}

function preflight(headers: readonly HeaderLine[]): string {
  const asked = headerValues(headers, 'access-control-request-headers')[0] ?? 'Last-Event-ID, Cache-Control'
  const lines: readonly HeaderLine[] = [...crossOriginHeaders(headers), ['Access-Control-Allow-Methods', 'GET'], ['Access-Control-Allow-Headers', asked], ['Access-Control-Allow-Private-Network', 'true'], ['Connection', 'close']]
  return `HTTP/1.1 204 No Content\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function requestOf(head: string, arrivedMs: number): RawRequest | undefined {
  const [line = '', ...rest] = head.split('\r\n')
  const [, method, target, version] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/(1\.[01])$/.exec(line) ?? []
  if (method === undefined || target === undefined || version === undefined) return undefined
  const headers = rest.flatMap((text): readonly HeaderLine[] => {
    const colon = text.indexOf(':')
    return colon > 0 ? [[text.slice(0, colon), text.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]] : []
  })
  return { method, target, version, headers, arrivedMs }
}
