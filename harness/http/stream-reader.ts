import type { Socket } from 'node:net'
import { constants, createBrotliDecompress, createGunzip, createInflate, type BrotliDecompress, type Gunzip, type Inflate } from 'node:zlib'
import type { Clock } from '../clock/clock.ts'
import { faultOf, openSocket } from './connection.ts'
import { headerValues } from './headers.ts'
import type { ExchangeFault, HeaderLine, WireRequest } from './message.ts'
import { requestUrl, requestWrites } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'

/** Status line and headers of a response whose body goes on. */
export interface StreamHead {
  readonly status: number
  readonly reason: string
  readonly headers: readonly HeaderLine[]
}

/** How a response ended. */
export interface StreamEnd {
  readonly by: 'server' | 'harness' | 'limit'
  /** The body ended as its framing says, or by an orderly close where that is the framing. */
  readonly complete: boolean
  /** Why there is no response at all. */
  readonly fault?: ExchangeFault
  readonly detail?: string
  /** Bytes that came after the response was over: the body of an answer to HEAD, for one. */
  readonly surplusBytes: number
}

/** Told as it happens; times are those of the run's clock. Nothing is told after the end. */
export interface StreamListener {
  opened(head: StreamHead, atMs: number): void
  /** The next bytes of the body: framing taken off, content coding undone. */
  read(piece: Buffer, atMs: number): void
  closed(end: StreamEnd, atMs: number): void
}

export interface StreamLimits {
  /** Bytes of the body, as sent and as decoded; the stream is closed beyond. Default 64 MiB. */
  readonly maxBytes?: number
  /** Default 64 KiB. */
  readonly maxHeaderBytes?: number
  /** Port on 127.0.0.1 of a proxy that is connected to in place of the URL's host, in plain text. */
  readonly through?: number
}

/** A response that is read for as long as somebody wants it: a socket of its own, which `close` frees. */
export interface StreamConnection {
  /** The port that it comes from, once it is connected. */
  readonly localPort: number | undefined
  /** Leaves the bytes where they are, so that they fill the buffers between here and the server. */
  pause(): void
  resume(): void
  close(): void
}

type Decoder = Gunzip | Inflate | BrotliDecompress

/**
 * Asks for a response and tells of it piece by piece, without waiting for its end.
 *
 * `gzip`, `deflate` and `br` are decoded as far as the server has flushed them.
 *
 * @throws TypeError for a request that could be read in two ways, HarnessError for a URL that cannot be used.
 */
export function openStream(request: WireRequest, listener: StreamListener, clock: Clock, limits: StreamLimits = {}): StreamConnection {
  const url = requestUrl(request.url)
  const writes = requestWrites(request, url)
  const reader = new StreamReader(request.method, listener, clock, limits)
  const { through } = limits
  if (through === undefined) reader.start(openSocket(url), url.protocol === 'https:', writes)
  else reader.start(openSocket(new URL(`http://127.0.0.1:${through}`)), false, writes)
  return reader
}

class StreamReader implements StreamConnection {
  localPort: number | undefined
  readonly #listener: StreamListener
  readonly #clock: Clock
  readonly #parser: ResponseParser
  readonly #maxBytes: number
  #socket: Socket | undefined
  #decoder: Decoder | undefined
  #headed = false
  #connected = false
  #over = false
  #decodedBytes = 0
  #surplusBytes = 0

  constructor(method: string, listener: StreamListener, clock: Clock, { maxBytes = 64 * 1024 * 1024, maxHeaderBytes = 65_536 }: StreamLimits) {
    this.#listener = listener
    this.#clock = clock
    this.#maxBytes = maxBytes
    this.#parser = new ResponseParser(method, { maxReplyBytes: maxBytes, maxHeaderBytes, onBody: (piece) => this.#take(piece) })
  }

  start(socket: Socket, secure: boolean, writes: readonly Buffer[]): void {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true
      this.localPort = socket.localPort
      for (const piece of writes) socket.write(piece)
    })
    socket.on('data', (bytes) => this.#read(bytes))
    socket.on('end', () => this.#ended())
    socket.on('close', () => this.#ended())
    socket.on('error', (error) => this.#broken(error))
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  close(): void {
    this.#end({ by: 'harness', complete: false })
  }

  #read(bytes: Buffer): void {
    if (this.#over) return
    const parser = this.#parser
    const before = parser.finished
    this.#surplusBytes += parser.push(bytes)
    if (parser.malformation !== undefined) return this.#end({ by: 'server', complete: false, fault: 'malformed', detail: parser.malformation })
    this.#tellHead()
    // An answer without a body may be followed by one all the same: the socket is read until somebody has seen enough.
    if (!before && parser.finished && this.#decoder) this.#decoder.end()
    else if (parser.finished && parser.bodyBytes > 0) this.#settle()
  }

  #tellHead(): void {
    if (this.#headed || !this.#parser.headed) return
    this.#headed = true
    const reply = this.#parser.reply()
    if (!reply) return
    const { status, reason, headers } = reply
    this.#decoder = decoderFor(headers)
    this.#decoder?.on('data', (decoded: Buffer) => this.#tell(decoded))
    this.#decoder?.on('end', () => this.#settle())
    this.#decoder?.on('error', (error) => this.#end({ by: 'server', complete: false, detail: `its content coding cannot be decoded: ${error.message}` }))
    this.#listener.opened({ status, reason, headers }, this.#clock.elapsed())
  }

  #take(piece: Buffer): void {
    this.#tellHead()
    if (this.#decoder) this.#decoder.write(piece)
    else this.#tell(piece)
  }

  #tell(piece: Buffer): void {
    if (this.#over) return
    this.#decodedBytes += piece.length
    if (this.#decodedBytes > this.#maxBytes) return this.#end({ by: 'limit', complete: false, detail: `it is longer than ${this.#maxBytes} bytes` })
    this.#listener.read(piece, this.#clock.elapsed())
  }

  #settle(): void {
    const truncated = this.#parser.reply()?.truncated ?? true
    this.#end({ by: this.#parser.bodyBytes >= this.#maxBytes ? 'limit' : 'server', complete: !truncated })
  }

  #ended(): void {
    if (this.#over) return
    this.#parser.end()
    if (!this.#headed) return this.#end({ by: 'server', complete: false, fault: this.#connected ? 'closed' : 'unreachable', detail: 'the connection ended before a complete header section' })
    if (this.#decoder && !this.#decoder.writableEnded) this.#decoder.end()
    else if (!this.#decoder) this.#settle()
  }

  #broken(error: Error): void {
    const [fault, detail] = faultOf(error, this.#connected)
    this.#end({ by: 'server', complete: false, detail, ...(this.#headed ? {} : { fault }) })
  }

  #end(end: Omit<StreamEnd, 'surplusBytes'>): void {
    if (this.#over) return
    this.#over = true
    this.#socket?.destroy()
    this.#decoder?.destroy()
    this.#listener.closed({ ...end, surplusBytes: this.#surplusBytes }, this.#clock.elapsed())
  }
}

/** What a server has flushed of a coded body is decoded at once, and its missing end is no error. */
function decoderFor(headers: readonly HeaderLine[]): Decoder | undefined {
  const coding = headerValues(headers, 'content-encoding').join(',').trim().toLowerCase()
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH })
  if (coding === 'deflate') return createInflate({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH })
  if (coding === 'br') return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return undefined
}
