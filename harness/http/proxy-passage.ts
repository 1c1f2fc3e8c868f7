import { createGzip } from 'node:zlib'
import { headerValues, withHeader, withoutHeader } from './headers.ts'
import type { HeaderLine, WireReply } from './message.ts'

/** The proxies that a lens can be. */
export const proxyLensNames = ['nginx-buffering', 'gzip', 'idle-timeout'] as const

export type ProxyLensName = (typeof proxyLensNames)[number]

/** What a proxy does with one answer. */
export type PassageMode = 'passed' | 'buffered' | 'compressed'

/** What a lens reads in a request. */
export interface PassedRequest {
  readonly method: string
  readonly headers: readonly HeaderLine[]
}

/** One answer on its way through a proxy: `head` first, then its body piece by piece. */
export interface Passage {
  readonly mode: PassageMode
  /** Status line and headers, as the client gets them. */
  readonly head: Buffer
  /** Bytes of the body that the proxy was given and has not passed on. */
  readonly keptBytes: number
  /** Real milliseconds that the oldest byte was kept, at the most so far. */
  readonly keptMs: number
  take(piece: Buffer): void
  /** The body is over. A body that broke off stays without its last chunk. Then `done` is called, once everything is written. */
  finish(complete: boolean, done: () => void): void
  /** Keeps what it has for good. */
  close(): void
}

/** nginx, `proxy_buffers`: one buffer is 4k on most machines. */
const bufferBytes = 4096

/** What a proxy of that name makes of an answer; `write` takes the bytes for the client. */
export function openPassage(name: ProxyLensName, request: PassedRequest, { status, reason, headers }: Pick<WireReply, 'status' | 'reason' | 'headers'>, write: (bytes: Buffer) => void): Passage {
  const bodiless = request.method === 'HEAD' || status < 200 || status === 204 || status === 304
  const mode = bodiless ? 'passed' : modeOf(name, request, status, headers)
  const sized = headerValues(headers, 'content-length').length > 0 && headerValues(headers, 'transfer-encoding').length === 0 && mode !== 'compressed'
  const chunked = !bodiless && !sized
  let lines = headers
  if (mode === 'compressed') lines = [...withHeader(withoutHeader(lines, 'content-length'), 'Content-Encoding', 'gzip'), ['Vary', 'Accept-Encoding']]
  if (chunked) lines = withHeader(lines, 'Transfer-Encoding', 'chunked')
  const head = Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines.map(([field, value]) => `${field}: ${value}\r\n`).join('')}\r\n`, 'latin1')
  const account = new KeptAccount()
  const put = (piece: Buffer) => void (piece.length > 0 && write(chunked ? asChunk(piece) : piece))
  const keeper = mode === 'compressed' ? compressing(account, put) : mode === 'buffered' ? buffering(account, put) : passing(put)
  return {
    mode,
    head,
    get keptBytes() {
      return account.bytes
    },
    get keptMs() {
      return account.ms
    },
    take: keeper.take,
    finish(complete, done) {
      keeper.flush(() => {
        if (chunked && complete) write(Buffer.from('0\r\n\r\n'))
        done()
      })
    },
    close() {
      account.freeze()
      keeper.close()
    },
  }
}

/** What the answer says decides: each of these proxies has a header by which a server calls it off. */
function modeOf(name: ProxyLensName, request: PassedRequest, status: number, headers: readonly HeaderLine[]): PassageMode {
  const values = (field: string) => headerValues(headers, field).flatMap((value) => value.split(',')).map((value) => value.trim().toLowerCase())
  if (name === 'nginx-buffering') return values('x-accel-buffering').includes('no') ? 'passed' : 'buffered'
  if (name === 'idle-timeout') return 'passed'
  const type = values('content-type')[0]?.split(';')[0]?.trim()
  const coded = values('content-encoding').some((value) => value !== 'identity')
  const compresses = status === 200 && type === 'text/event-stream' && acceptsGzip(request.headers) && !coded && !values('cache-control').includes('no-transform')
  return compresses ? 'compressed' : 'passed'
}

/** RFC 9110, section 12.5.3; a weight of zero is a no. */
function acceptsGzip(headers: readonly HeaderLine[]): boolean {
  const codings = headerValues(headers, 'accept-encoding').flatMap((value) => value.split(','))
  return codings.some((coding) => /^[ \t]*(gzip|\*)[ \t]*(;|$)/i.test(coding) && !/;[ \t]*q=0(\.0*)?[ \t]*$/i.test(coding))
}

interface Keeper {
  readonly take: (piece: Buffer) => void
  readonly flush: (then: () => void) => void
  readonly close: () => void
}

function passing(put: (piece: Buffer) => void): Keeper {
  return { take: put, flush: (then) => then(), close() {} }
}

/** Passes on whole buffers; the rest stays until the body is over. */
function buffering(account: KeptAccount, put: (piece: Buffer) => void): Keeper {
  let kept = Buffer.alloc(0)
  return {
    take(piece) {
      kept = Buffer.concat([kept, piece])
      const whole = kept.length - (kept.length % bufferBytes)
      if (whole > 0) put(kept.subarray(0, whole))
      if (whole > 0) account.release()
      kept = Buffer.from(kept.subarray(whole))
      account.keep(kept.length)
    },
    flush(then) {
      put(kept)
      kept = Buffer.alloc(0)
      account.release()
      then()
    },
    close() {},
  }
}

/** The first bytes of a coding say nothing of the body. */
const gzipHeaderBytes = 10

/** Hands everything to a compressor and never flushes it. */
function compressing(account: KeptAccount, put: (piece: Buffer) => void): Keeper {
  const gzip = createGzip()
  let given = 0
  let then: (() => void) | undefined
  gzip.on('error', () => {})
  gzip.on('data', (piece: Buffer) => {
    if (piece.length > gzipHeaderBytes) account.release()
    put(piece)
  })
  gzip.on('end', () => then?.())
  return {
    take(piece) {
      given += piece.length
      gzip.write(piece)
      account.keep(account.bytes + piece.length)
    },
    flush(done) {
      then = done
      if (given > 0) account.release()
      gzip.end()
    },
    close: () => void gzip.destroy(),
  }
}

/** How much is kept back, and how long at the most. */
class KeptAccount {
  bytes = 0
  #longestMs = 0
  #sinceMs: number | undefined

  get ms(): number {
    return this.#sinceMs === undefined ? this.#longestMs : Math.max(this.#longestMs, performance.now() - this.#sinceMs)
  }

  keep(bytes: number): void {
    this.bytes = bytes
    if (bytes > 0) this.#sinceMs ??= performance.now()
  }

  release(): void {
    this.freeze()
    this.bytes = 0
  }

  freeze(): void {
    this.#longestMs = this.ms
    this.#sinceMs = undefined
  }
}

function asChunk(piece: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
}
