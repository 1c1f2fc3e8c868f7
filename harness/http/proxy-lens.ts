import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { faultOf, openSocket } from './connection.ts'
import type { ExchangeFault, HeaderLine } from './message.ts'
import { openPassage, type Passage, type PassageMode, type PassedRequest, type ProxyLensName } from './proxy-passage.ts'
import { requestUrl } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'

/** What a lens did with the answer on one connection. */
export interface LensFacts {
  /** `cut`: the target was silent for too long, and the connection was ended. */
  readonly did: PassageMode | 'cut'
  /** Bytes of the body that the target wrote and the client was not given. */
  readonly keptBytes: number
  /** Real milliseconds that bytes were kept back, at the most. */
  readonly keptMs: number
  /** Why the target could not be reached. */
  readonly fault?: ExchangeFault
  readonly detail?: string
}

/** A proxy between the harness and a target, on loopback. */
export interface ProxyLens {
  readonly name: ProxyLensName
  /** Where it listens on 127.0.0.1. */
  readonly port: number
  /** Silence of the target after which the lens `idle-timeout` cuts a connection. */
  readonly idleMs: number
  /** What became of the connection that came from this port of the client. */
  facts(clientPort: number): LensFacts | undefined
  /** Stops listening and destroys every socket. */
  close(): Promise<void>
}

const maxConnections = 2_000
const maxHeadBytes = 64 * 1024

/**
 * Starts a proxy that behaves like one that is met in production.
 *
 * - `nginx-buffering`: the body is passed on in whole buffers of 4 KiB, or at its end, unless the answer says
 *   `X-Accel-Buffering: no` (nginx, `proxy_buffering`, towards a server that it asks by HTTP/1.0, as it does by default).
 * - `gzip`: a `text/event-stream` is compressed and never flushed, where the client accepts that, unless the answer says
 *   `Cache-Control: no-transform` or has a coding already.
 * - `idle-timeout`: the connection is ended after that much silence of the target behind its headers (nginx, `proxy_read_timeout`).
 *
 * In one point it is kinder than nginx: status and headers are passed on at once and as they are, so that they can be judged.
 */
export async function startProxyLens(name: ProxyLensName, target: string, idleMs: number): Promise<ProxyLens> {
  const url = requestUrl(target)
  const relays = new Map<number, Relay>()
  const open = new Set<Relay>()
  const server = createServer((client) => {
    const relay = new Relay(name, url, client, idleMs, () => open.delete(relay))
    open.add(relay)
    if (client.remotePort !== undefined) relays.set(client.remotePort, relay)
  })
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0, backlog: 512 }, resolve)
  })
  return {
    name,
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    idleMs,
    facts: (clientPort) => relays.get(clientPort)?.facts,
    close() {
      for (const relay of open) relay.close()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

/** One request of the client, and what the target answers. */
class Relay {
  readonly #name: ProxyLensName
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #idleMs: number
  readonly #secure: boolean
  readonly #over: () => void
  #request: PassedRequest | undefined
  #requestBytes = Buffer.alloc(0)
  #parser: ResponseParser | undefined
  #passage: Passage | undefined
  /** What the target wrote before its header section was complete. */
  #raw: Buffer[] = []
  #isRaw = false
  #finished = false
  /** The end of the body was handed to the client, too. */
  #flushed = false
  #connected = false
  #closed = false
  #wasCut = false
  #idle: NodeJS.Timeout | undefined
  /** When the target last wrote. */
  #wroteMs = 0
  #failure: { readonly fault: ExchangeFault; readonly detail: string } | undefined

  constructor(name: ProxyLensName, url: URL, client: Socket, idleMs: number, over: () => void) {
    this.#name = name
    this.#client = client
    this.#idleMs = idleMs
    this.#over = over
    this.#secure = url.protocol === 'https:'
    this.#upstream = openSocket(url)
    this.#listen()
  }

  get facts(): LensFacts {
    const { mode = 'passed', keptBytes = 0, keptMs = 0 } = this.#passage ?? {}
    return { did: this.#wasCut ? 'cut' : mode, keptBytes, keptMs, ...this.#failure }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#idle)
    this.#passage?.close()
    this.#upstream.destroy()
    this.#client.destroy()
    this.#over()
  }

  #listen(): void {
    const [client, upstream] = [this.#client, this.#upstream]
    for (const socket of [client, upstream]) socket.setNoDelay(true)
    client.on('data', (bytes) => this.#ask(bytes))
    client.on('drain', () => upstream.resume())
    client.on('error', () => this.close())
    client.on('close', () => this.close())
    upstream.once(this.#secure ? 'secureConnect' : 'connect', () => (this.#connected = true))
    upstream.on('data', (bytes) => this.#answer(bytes))
    upstream.on('end', () => this.#ended(true))
    upstream.on('error', (error) => this.#broken(error))
    upstream.on('close', () => this.#ended(false))
  }

  #ask(bytes: Buffer): void {
    this.#upstream.write(bytes)
    if (this.#request) return
    this.#requestBytes = Buffer.concat([this.#requestBytes, bytes])
    const end = this.#requestBytes.indexOf('\r\n\r\n')
    if (end < 0) return void (this.#requestBytes.length > maxHeadBytes && this.close())
    this.#request = requestOf(this.#requestBytes.toString('latin1', 0, end))
    this.#parser = new ResponseParser(this.#request.method, { maxReplyBytes: Number.MAX_SAFE_INTEGER, maxHeaderBytes: maxHeadBytes, onBody: (piece) => this.#take(piece) })
  }

  #answer(bytes: Buffer): void {
    const parser = this.#parser
    if (this.#closed || this.#wasCut) return
    // What comes before there was a request, or behind the end of an answer, is no part of it.
    if (!parser || this.#isRaw || this.#finished) return this.#write(bytes)
    if (!this.#passage) this.#raw.push(bytes)
    const surplus = parser.push(bytes)
    if (parser.malformation !== undefined) {
      this.#isRaw = true
      return this.#write(Buffer.concat(this.#raw))
    }
    this.#open()
    if (parser.finished) this.#finish(bytes.subarray(bytes.length - surplus))
    else if (this.#passage) this.#watchSilence()
  }

  #take(piece: Buffer): void {
    this.#open()
    this.#passage?.take(piece)
  }

  #open(): void {
    const reply = this.#passage ? undefined : this.#parser?.reply()
    if (!reply || !this.#request) return
    this.#raw = []
    this.#passage = openPassage(this.#name, this.#request, reply, (bytes) => this.#write(bytes))
    this.#write(this.#passage.head)
  }

  #finish(surplus: Buffer): void {
    if (this.#finished) return
    this.#finished = true
    clearTimeout(this.#idle)
    const complete = this.#parser?.reply()?.truncated === false
    this.#passage?.finish(complete, () => {
      this.#flushed = true
      if (surplus.length > 0) this.#write(surplus)
      if (!complete || this.#upstream.destroyed || this.#upstream.readableEnded) this.#client.end()
    })
  }

  /** The target has closed its side, in order or not. */
  #ended(inOrder: boolean): void {
    if (this.#closed || this.#wasCut) return
    if (this.#passage && !this.#finished) {
      if (inOrder) this.#parser?.end()
      return this.#finish(Buffer.alloc(0))
    }
    if (this.#finished && !this.#flushed) return
    if (!this.#passage && !this.#isRaw) this.#write(Buffer.concat(this.#raw))
    this.#raw = []
    this.#client.end()
  }

  #broken(error: Error): void {
    if (!this.#passage && this.#raw.length === 0) {
      const [fault, detail] = faultOf(error, this.#connected)
      this.#failure = { fault, detail }
      this.#client.resetAndDestroy()
      return this.close()
    }
    this.#ended(false)
  }

  #watchSilence(): void {
    if (this.#name !== 'idle-timeout') return
    this.#wroteMs = performance.now()
    if (this.#idle) return void this.#idle.refresh()
    // What had arrived by then is read first, however late the event loop is.
    this.#idle = setTimeout(() => setImmediate(() => this.#cut()), this.#idleMs)
  }

  #cut(): void {
    if (this.#closed || this.#finished || performance.now() - this.#wroteMs < this.#idleMs - 2) return
    // Nothing is read while the client does not take what was: that is no silence of the target.
    if (this.#upstream.isPaused()) return void this.#idle?.refresh()
    this.#wasCut = true
    this.#passage?.close()
    this.#upstream.destroy()
    this.#client.end()
  }

  #write(bytes: Buffer): void {
    if (bytes.length > 0 && this.#client.writable && !this.#client.write(bytes)) this.#upstream.pause()
  }
}

function requestOf(head: string): PassedRequest {
  const [line = '', ...rest] = head.split('\r\n')
  const headers = rest.map((text): HeaderLine => [text.slice(0, Math.max(0, text.indexOf(':'))), text.slice(text.indexOf(':') + 1).trim()])
  return { method: line.split(' ', 1)[0] ?? '', headers }
}
