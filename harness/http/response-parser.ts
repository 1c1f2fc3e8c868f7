import { headerValues } from './headers.ts'
import type { HeaderLine, WireReply } from './message.ts'

export interface ReplyLimits {
  /** Bytes of the body that are kept; reading stops at the first byte beyond. */
  readonly maxReplyBytes: number
  /** Bytes of the header section, interim answers included. */
  readonly maxHeaderBytes: number
  /** Takes each piece of the body in place of the reply, which then has none. The limit holds all the same. */
  readonly onBody?: (piece: Buffer) => void
}

type Phase = 'status' | 'headers' | 'sized' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'until-close' | 'done' | 'malformed'

/**
 * An incremental reader of one HTTP/1.x response: RFC 9112, sections 4 to 7.
 *
 * Interim answers (1xx, save 101) are skipped. A line may end in LF alone. Trailers and chunk extensions are dropped.
 * What is wrong before the header section ends makes the answer malformed; what is wrong after it ends the body early,
 * because the status has been told by then.
 */
export class ResponseParser {
  readonly #method: string
  readonly #limits: ReplyLimits
  #phase: Phase = 'status'
  #malformation: string | undefined
  /** Bytes of the line that has not ended yet, and of all lines that share one limit. */
  #line: Buffer[] = []
  #spent = 0
  #status = 0
  #reason = ''
  #headers: HeaderLine[] = []
  /** Bytes that the current length or chunk still announces. */
  #left = 0
  #kept: Buffer[] = []
  #keptBytes = 0
  #truncated = false

  constructor(method: string, limits: ReplyLimits) {
    this.#method = method
    this.#limits = limits
  }

  /** True between a status line and the end of its headers. */
  get insideHead(): boolean {
    return this.#phase === 'headers'
  }

  /** True once the header section of the final answer is complete. */
  get headed(): boolean {
    return !['status', 'headers', 'malformed'].includes(this.#phase)
  }

  /** True once nothing more is to be read. */
  get finished(): boolean {
    return this.#phase === 'done' || this.#phase === 'malformed'
  }

  /** What is not HTTP about the bytes, as a sentence without a full stop. */
  get malformation(): string | undefined {
    return this.#malformation
  }

  /** Bytes of the body so far, as far as the limit lets them count. */
  get bodyBytes(): number {
    return this.#keptBytes
  }

  /** Reads the next bytes and returns how many of them stand behind the end of the answer. */
  push(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && !this.finished) at = this.#step(bytes, at)
    if (this.#phase === 'status' && !startsLikeHttp(this.#line)) this.#fail('the answer does not start with a status line of HTTP/1')
    return bytes.length - at
  }

  /** The peer has closed its side, or the connection is gone. */
  end(): void {
    if (this.#phase === 'until-close') this.#phase = 'done'
    else if (this.headed && this.#phase !== 'done') this.#breakOff()
  }

  /** The answer as far as it was read; absent before its header section was complete. */
  reply(): WireReply | undefined {
    if (!this.headed) return undefined
    const truncated = this.#truncated || this.#phase !== 'done'
    return { status: this.#status, reason: this.#reason, headers: this.#headers, body: Buffer.concat(this.#kept), truncated }
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#phase) {
      case 'sized':
      case 'chunk-data':
        return this.#takeCounted(bytes, at)
      case 'until-close':
        this.#keep(bytes.subarray(at))
        return bytes.length
      default:
        return this.#takeLine(bytes, at)
    }
  }

  #takeCounted(bytes: Buffer, at: number): number {
    const piece = bytes.subarray(at, at + this.#left)
    this.#left -= piece.length
    this.#keep(piece)
    if (this.#left === 0 && !this.finished) this.#phase = this.#phase === 'sized' ? 'done' : 'chunk-end'
    return at + piece.length
  }

  #keep(piece: Buffer): void {
    const room = this.#limits.maxReplyBytes - this.#keptBytes
    // A copy: the caller reads the next bytes into the same memory.
    const kept = Buffer.from(piece.subarray(0, room))
    this.#keptBytes += kept.length
    if (this.#limits.onBody) this.#limits.onBody(kept)
    else this.#kept.push(kept)
    if (piece.length > room) this.#breakOff()
  }

  #takeLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(0x0a, at)
    const next = feed === -1 ? bytes.length : feed + 1
    this.#spent += next - at
    if (this.#spent > this.#limits.maxHeaderBytes) {
      if (this.headed) this.#breakOff()
      else this.#fail(`the header section is longer than ${this.#limits.maxHeaderBytes} bytes`)
      return bytes.length
    }
    this.#line.push(Buffer.from(bytes.subarray(at, next)))
    if (feed !== -1) {
      const line = Buffer.concat(this.#line).toString('latin1').replace(/\r?\n$/, '')
      this.#line = []
      this.#endLine(line)
    }
    return next
  }

  #endLine(line: string): void {
    if (this.#phase === 'status') this.#readStatus(line)
    else if (this.#phase === 'headers') this.#readHeader(line)
    else if (this.#phase === 'chunk-size') this.#readChunkSize(line)
    else if (this.#phase === 'chunk-end') this.#expectChunkEnd(line)
    else if (line === '') this.#phase = 'done'
  }

  #readStatus(line: string): void {
    const match = /^HTTP\/1\.\d ([1-9]\d\d)(?: (.*))?$/.exec(line)
    if (match === null) return this.#fail('the answer does not start with a status line of HTTP/1')
    this.#status = Number(match[1])
    this.#reason = match[2] ?? ''
    this.#headers = []
    this.#phase = 'headers'
  }

  #readHeader(line: string): void {
    if (line === '') return this.#endHead()
    const previous = this.#headers.at(-1)
    if (/^[ \t]/.test(line) && previous !== undefined) {
      // Obsolete line folding: RFC 9112, section 5.2.
      this.#headers[this.#headers.length - 1] = [previous[0], `${previous[1]} ${trimmed(line)}`.trimStart()]
      return
    }
    const colon = line.indexOf(':')
    const name = trimmed(line.slice(0, Math.max(colon, 0)))
    if (name === '') return this.#fail('a header line has no name')
    this.#headers.push([name, trimmed(line.slice(colon + 1))])
  }

  #endHead(): void {
    if (this.#status < 200 && this.#status !== 101) {
      this.#phase = 'status'
      return
    }
    this.#spent = 0
    this.#frame()
  }

  /** RFC 9112, section 6.3. */
  #frame(): void {
    if (this.#method === 'HEAD' || this.#status < 200 || this.#status === 204 || this.#status === 304) {
      this.#phase = 'done'
      return
    }
    const codings = headerValues(this.#headers, 'transfer-encoding').join(',')
    if (codings !== '') {
      this.#phase = /(^|,)[ \t]*chunked[ \t]*$/i.test(codings) ? 'chunk-size' : 'until-close'
      return
    }
    const lengths = new Set(headerValues(this.#headers, 'content-length').flatMap((value) => value.split(',').map(trimmed)))
    const [length] = lengths
    if (length === undefined) {
      this.#phase = 'until-close'
      return
    }
    if (lengths.size > 1 || !/^\d{1,16}$/.test(length) || !Number.isSafeInteger(Number(length))) return this.#fail('Content-Length is not one number')
    this.#left = Number(length)
    this.#phase = this.#left === 0 ? 'done' : 'sized'
  }

  #readChunkSize(line: string): void {
    const match = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)
    if (match === null) return this.#breakOff()
    this.#left = Number.parseInt(match[1] ?? '', 16)
    this.#phase = this.#left === 0 ? 'trailers' : 'chunk-data'
    this.#spent = 0
  }

  #expectChunkEnd(line: string): void {
    if (line !== '') return this.#breakOff()
    this.#phase = 'chunk-size'
    this.#spent = 0
  }

  #breakOff(): void {
    this.#truncated = true
    this.#phase = 'done'
  }

  #fail(malformation: string): void {
    this.#malformation = malformation
    this.#phase = 'malformed'
  }
}

function startsLikeHttp(line: readonly Buffer[]): boolean {
  const start = 'HTTP/1.'
  // No piece is empty, so the first ones hold the start.
  const seen = Buffer.concat(line.slice(0, start.length)).toString('latin1', 0, start.length)
  return start.startsWith(seen)
}

function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
