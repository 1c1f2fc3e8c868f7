import { headerValues } from './headers.ts'
import type { HeaderLine } from './message.ts'

export interface RequestLimits {
  /** Bytes of the body that are kept; the rest is read and dropped. */
  readonly maxBodyBytes: number
  /** Bytes of the body that are read at all. */
  readonly maxReadBytes: number
  /** Bytes of the request line and the header section together. */
  readonly maxHeaderBytes: number
}

export interface RequestHead {
  readonly method: string
  readonly target: string
  /** False for HTTP/1.0, which closes after each answer. */
  readonly persistent: boolean
  /** Names as written, in order, duplicates kept. */
  readonly headers: readonly HeaderLine[]
}

export interface RequestBody {
  readonly body: Buffer
  /** True when bytes are missing: beyond the limit, or not there yet. */
  readonly truncated: boolean
  /** The sizes of the chunks, in order; present when the body came in the chunked coding. */
  readonly chunks?: readonly number[]
}

/** What is told while requests are read: for each request `began`, `headed`, then `ended`; `malformed` is the last. */
export interface RequestListener {
  began(): void
  headed(head: RequestHead): void
  ended(body: RequestBody): void
  /** What is not HTTP about the bytes, as a sentence without a full stop. */
  malformed(fact: string): void
}

type Phase = 'start' | 'headers' | 'sized' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'stopped'

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/1\.(\d)$/
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** More borders than this say nothing more about how a sender cuts its bodies. */
const maxChunksTold = 4096

/**
 * An incremental reader of HTTP/1.x requests that follow one another on a connection: RFC 9112, sections 2 to 7.
 *
 * A line may end in LF alone, and empty lines before a request are skipped. Trailers and chunk extensions are dropped.
 * What two servers could read in two ways is malformed: two kinds of framing, unlike lengths, folded lines.
 */
export class RequestParser {
  readonly #limits: RequestLimits
  readonly #listener: RequestListener
  #phase: Phase = 'start'
  #begun = false
  /** Bytes of the line that has not ended yet, and of all lines that share one limit. */
  #line: Buffer[] = []
  #spent = 0
  #head: { method: string; target: string; persistent: boolean } | undefined
  #headers: HeaderLine[] = []
  /** Bytes that the length or the current chunk still announces. */
  #left = 0
  #read = 0
  #kept: Buffer[] = []
  #chunks: number[] | undefined

  constructor(limits: RequestLimits, listener: RequestListener) {
    this.#limits = limits
    this.#listener = listener
  }

  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && this.#phase !== 'stopped') at = this.#step(bytes, at)
  }

  /** Ignores whatever follows. */
  stop(): void {
    this.#phase = 'stopped'
  }

  /** The body of the current request as far as it was read. */
  partial(): RequestBody {
    return this.#body(true)
  }

  #step(bytes: Buffer, at: number): number {
    if (this.#phase === 'sized' || this.#phase === 'chunk-data') return this.#takeCounted(bytes, at)
    if (this.#begun || this.#phase !== 'start') return this.#takeLine(bytes, at)
    const first = bytes[at]
    if (first === 0x0d || first === 0x0a) return at + 1
    this.#begun = true
    this.#listener.began()
    // A handshake of TLS, for one, would otherwise be waited for as a line.
    if (!fieldName.test(String.fromCharCode(first ?? 0))) this.#fail('the request does not start with a method')
    return at
  }

  #takeCounted(bytes: Buffer, at: number): number {
    const piece = bytes.subarray(at, at + this.#left)
    const room = Math.max(0, this.#limits.maxBodyBytes - this.#read)
    if (room > 0) this.#kept.push(piece.subarray(0, room))
    this.#left -= piece.length
    this.#read += piece.length
    if (this.#read > this.#limits.maxReadBytes) this.#fail(`the body is longer than ${this.#limits.maxReadBytes} bytes`)
    else if (this.#left === 0) this.#counted()
    return at + piece.length
  }

  #counted(): void {
    if (this.#phase === 'sized') this.#end()
    else this.#phase = 'chunk-end'
  }

  #takeLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(0x0a, at)
    const next = feed === -1 ? bytes.length : feed + 1
    this.#spent += next - at
    if (this.#spent > this.#limits.maxHeaderBytes) {
      const section = this.#phase === 'start' || this.#phase === 'headers' ? 'header section' : 'line or trailer section of the chunked body'
      this.#fail(`the ${section} is longer than ${this.#limits.maxHeaderBytes} bytes`)
      return bytes.length
    }
    this.#line.push(bytes.subarray(at, next))
    if (feed !== -1) {
      const line = Buffer.concat(this.#line).toString('latin1').replace(/\r?\n$/, '')
      this.#line = []
      this.#endLine(line)
    }
    return next
  }

  #endLine(line: string): void {
    if (this.#phase === 'start') this.#readRequestLine(line)
    else if (this.#phase === 'headers') this.#readHeader(line)
    else if (this.#phase === 'chunk-size') this.#readChunkSize(line)
    else if (this.#phase === 'chunk-end') this.#expectChunkEnd(line)
    else if (line === '') this.#end()
  }

  #readRequestLine(line: string): void {
    const match = requestLine.exec(line)
    if (match === null) return this.#fail('the request does not start with a request line of HTTP/1')
    this.#head = { method: match[1] ?? '', target: match[2] ?? '', persistent: match[3] !== '0' }
    this.#phase = 'headers'
  }

  #readHeader(line: string): void {
    if (line === '') return this.#endHead()
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (!fieldName.test(name)) return this.#fail('a header line does not start with a name and a colon')
    this.#headers.push([name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')])
  }

  /** The listener may stop the reading from inside `headed`. */
  #endHead(): void {
    this.#spent = 0
    const head = this.#head
    const fault = this.#frame()
    if (head !== undefined) this.#listener.headed({ ...head, headers: this.#headers })
    if (this.#phase === 'stopped') return
    if (fault !== undefined) this.#fail(fault)
    else if (this.#phase === 'sized' && this.#left === 0) this.#end()
  }

  /** Settles the phase of the body, or says why it cannot: RFC 9112, section 6.3. */
  #frame(): string | undefined {
    const codings = headerValues(this.#headers, 'transfer-encoding')
    const lengths = new Set(headerValues(this.#headers, 'content-length').flatMap((value) => value.split(',').map((each) => each.trim())))
    if (codings.length > 0) {
      if (lengths.size > 0) return 'the request has both Transfer-Encoding and Content-Length'
      if (codings.join().toLowerCase() !== 'chunked') return 'Transfer-Encoding is not chunked'
      this.#chunks = []
      this.#phase = 'chunk-size'
      return undefined
    }
    const [length = '0'] = lengths
    if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) return 'Content-Length is not one number'
    this.#left = Number(length)
    this.#phase = 'sized'
    return undefined
  }

  #readChunkSize(line: string): void {
    const match = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)
    if (match === null) return this.#fail('the size of a chunk is not a hexadecimal number')
    this.#left = Number.parseInt(match[1] ?? '', 16)
    this.#phase = this.#left === 0 ? 'trailers' : 'chunk-data'
    if (this.#left > 0 && this.#chunks !== undefined && this.#chunks.length < maxChunksTold) this.#chunks.push(this.#left)
    this.#spent = 0
  }

  #expectChunkEnd(line: string): void {
    if (line !== '') return this.#fail('a chunk is longer than its size')
    this.#phase = 'chunk-size'
    this.#spent = 0
  }

  #end(): void {
    const body = this.#body(this.#read > this.#limits.maxBodyBytes)
    this.#phase = 'start'
    this.#begun = false
    this.#spent = 0
    this.#head = undefined
    this.#headers = []
    this.#left = 0
    this.#read = 0
    this.#kept = []
    this.#chunks = undefined
    this.#listener.ended(body)
  }

  #body(truncated: boolean): RequestBody {
    return { body: Buffer.concat(this.#kept), truncated, ...(this.#chunks === undefined ? {} : { chunks: this.#chunks }) }
  }

  #fail(fact: string): void {
    this.#phase = 'stopped'
    this.#listener.malformed(fact)
  }
}
