import { connect as connectPlain, isIP } from 'node:net'
import type { OnReadOpts, Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import type { ExchangeFault, WireExchange, WireRequest } from './message.ts'
import { requestUrl, requestWrites } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'

export interface ExchangeLimits {
  /** Real milliseconds from the start of connecting to a complete header section. */
  readonly deadlineMs: number
  /** Real milliseconds, within the deadline, that the body may take after the headers. Default 2000. */
  readonly bodyMs?: number
  /** Bytes of the answer's body that are kept; the socket is closed at the first byte beyond. Default 65536. */
  readonly maxReplyBytes?: number
  /** Bytes of the answer's header section. Default 65536. */
  readonly maxHeaderBytes?: number
}

/** A socket of its own for one request, open before the request is written. */
export interface Connection {
  /** Resolves once the socket is connected, or has failed: what then became of it is the result of `send`. */
  readonly opened: Promise<void>
  /** Writes the request and resolves with what came of it, never later than the deadline, which starts anew here when `renew` is set. */
  send(options?: { readonly renew: boolean }): Promise<WireExchange>
  /** Ends the exchange as it stands and frees the socket. */
  close(): void
}

/** How long what the peer sent before it broke the connection may take to be read: it is in the kernel already. */
const lingerMs = 100
/** Pieces of a body that arrive at once would be read as one. */
const betweenWritesMs = 5
const longestTimerMs = 2 ** 31 - 1

/**
 * Starts to connect to where a request goes.
 *
 * @throws TypeError for a request that could be read in two ways, HarnessError for a URL that cannot be used, and
 * the signal's reason once it has aborted (from `send`, when it aborts later).
 */
export function openConnection(request: WireRequest, limits: ExchangeLimits, clock: Clock, signal?: AbortSignal): Connection {
  signal?.throwIfAborted()
  const url = requestUrl(request.url)
  return new SocketConnection(request.method, url, requestWrites(request, url), limits, clock, signal)
}

type Times = { -readonly [Key in 'flushedMs' | 'repliedMs']?: number }

class SocketConnection implements Connection {
  readonly opened: Promise<void>
  readonly #writes: readonly Buffer[]
  readonly #limits: ExchangeLimits
  readonly #clock: Clock
  readonly #signal: AbortSignal | undefined
  readonly #parser: ResponseParser
  readonly #secure: boolean
  readonly #outcome: Promise<WireExchange>
  readonly #startedMs: number
  readonly #times: Times = {}
  readonly #socket: Socket
  readonly #destroy: () => void
  readonly #endWork: () => void
  #resolve: (exchange: WireExchange) => void = () => {}
  #reject: (reason: unknown) => void = () => {}
  #announceOpened: () => void = () => {}
  #deadline: NodeJS.Timeout
  #deadlineAt: number
  #wait: NodeJS.Timeout | undefined
  #name: string | undefined
  #connected = false
  #settled = false
  #failedWrite: Error | undefined

  constructor(method: string, url: URL, writes: readonly Buffer[], limits: ExchangeLimits, clock: Clock, signal: AbortSignal | undefined) {
    this.#writes = writes
    this.#limits = limits
    this.#clock = clock
    this.#signal = signal
    this.#secure = url.protocol === 'https:'
    this.#parser = new ResponseParser(method, { maxReplyBytes: limits.maxReplyBytes ?? 65_536, maxHeaderBytes: limits.maxHeaderBytes ?? 65_536 })
    this.opened = new Promise((resolve) => (this.#announceOpened = resolve))
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // The caller may close without ever sending; an abort is then nobody's to handle.
    this.#outcome.catch(() => {})
    this.#endWork = clock.begin(() => this.#name)
    this.#startedMs = clock.elapsed()
    this.#deadlineAt = performance.now() + limits.deadlineMs
    this.#deadline = afterReading(limits.deadlineMs, this.#expire)
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#socket = openSocket(url, { buffer: Buffer.allocUnsafe(16_384), callback: this.#read })
    this.#destroy = surviveFailedWrite(this.#socket, this.#writeFailed)
    this.#listen()
  }

  async send(options?: { readonly renew: boolean }): Promise<WireExchange> {
    if (!this.#settled && options?.renew === true) {
      clearTimeout(this.#deadline)
      this.#deadlineAt = performance.now() + this.#limits.deadlineMs
      this.#deadline = afterReading(this.#limits.deadlineMs, this.#expire)
    }
    void this.#write()
    return this.#outcome
  }

  close(): void {
    this.#finish('closed', 'the connection was closed before the answer')
  }

  #listen(): void {
    const socket = this.#socket
    socket.setNoDelay(true)
    socket.once(this.#secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true
      this.#name = `${socket.localPort}>${socket.remotePort}`
      this.#announceOpened()
    })
    socket.on('error', (error) => this.#broken(error))
    socket.on('end', () => this.#ended())
    socket.on('close', () => this.#ended())
    // The bytes go to `onread`; without flow the end would never be told.
    socket.resume()
  }

  async #write(): Promise<void> {
    await this.opened
    for (const [index, piece] of this.#writes.entries()) {
      // Time for the peer to read the piece on its own, and a turn of the event loop to read what it answers.
      if (index > 0) await new Promise<void>((resolve) => void afterReading(betweenWritesMs, resolve))
      if (this.#settled || this.#failedWrite !== undefined) return
      const error = await new Promise<Error | null | undefined>((resolve) => this.#socket.write(piece, resolve))
      if (error) return
    }
    if (!this.#settled) this.#times.flushedMs = this.#clock.elapsed()
  }

  readonly #read = (length: number, memory: Uint8Array): boolean => {
    if (this.#settled) return true
    const parser = this.#parser
    parser.push(Buffer.from(memory.buffer, memory.byteOffset, length))
    if (parser.headed && this.#times.repliedMs === undefined) {
      this.#times.repliedMs = this.#clock.elapsed()
      const remaining = Math.max(0, this.#deadlineAt - performance.now())
      this.#wait ??= afterReading(Math.min(remaining, this.#limits.bodyMs ?? 2_000), () => this.#finish())
    }
    if (parser.finished) this.#finish('malformed', parser.malformation)
    return true
  }

  readonly #writeFailed = (error: Error): void => {
    this.#failedWrite ??= error
    clearTimeout(this.#wait)
    this.#wait = afterReading(lingerMs, () => this.#broken(error))
  }

  readonly #expire = (): void => {
    const missing = this.#connected ? 'no complete header section' : 'no connection'
    this.#finish('timeout', `${missing} within ${this.#limits.deadlineMs} ms`)
  }

  readonly #abort = (): void => {
    this.#release()
    this.#reject(this.#signal?.reason)
  }

  #broken(error: Error): void {
    this.#finish(...faultOf(error, this.#connected))
  }

  #ended(): void {
    this.#parser.end()
    if (this.#failedWrite !== undefined) this.#broken(this.#failedWrite)
    else if (!this.#connected) this.#finish('unreachable', 'the connection ended before it was established')
    else if (this.#parser.insideHead) this.#finish('malformed', 'the answer ended inside its header section')
    else this.#finish('closed', 'the connection ended before a status line')
  }

  /** Settles with the answer when there is one, otherwise with the fault. */
  #finish(fault: ExchangeFault = 'closed', detail?: string): void {
    if (this.#settled) return
    this.#release()
    const reply = this.#parser.reply()
    const outcome = reply === undefined ? { fault, ...(detail === undefined ? {} : { detail }) } : { reply }
    this.#resolve({ startedMs: this.#startedMs, ...this.#times, endedMs: this.#clock.elapsed(), ...outcome })
  }

  #release(): void {
    this.#settled = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#wait)
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#destroy()
    this.#announceOpened()
    this.#endWork()
  }
}

/** Starts to connect to where a URL points; with `onread` the bytes go there and not to `data`. */
export function openSocket(url: URL, onread?: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const reading = onread ? { onread } : {}
  if (url.protocol === 'http:') return connectPlain({ host, port, ...reading })
  const name = isIP(host) === 0 ? { servername: host } : {}
  // A value of its own, since the types of node:tls do not know that `onread` is passed on to the socket.
  const options = { host, port, ...reading, ...name, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true }
  return connectSecure(options)
}

/**
 * Keeps a socket open for reading when a write fails, and returns what closes it.
 *
 * A peer that answers early and closes breaks our writing while its answer still waits in the kernel. Node would close
 * the socket with the failed write and lose the answer; `onread` goes on delivering as long as the socket is not destroyed.
 */
function surviveFailedWrite(socket: Socket, told: (error: Error) => void): () => void {
  const destroy = socket.destroy.bind(socket)
  socket.destroy = (error?: Error): Socket => {
    if (error === undefined || !('syscall' in error) || error.syscall !== 'write') return destroy(error)
    told(error)
    return socket
  }
  return () => void destroy()
}

/** A timer that lets everything be read that had arrived by then, however late the event loop is. */
function afterReading(ms: number, then: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(then), Math.min(ms, longestTimerMs))
}

/** What an error of a socket says of the exchange, before or after it was connected. */
export function faultOf(error: Error, connected: boolean): [fault: ExchangeFault, detail: string] {
  // One error an address, when a host name has several.
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
  const detail = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join(', ')
  if (connected) return ['reset', detail]
  const refused = causes.some((cause) => cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
  return [refused ? 'refused' : 'unreachable', detail]
}
