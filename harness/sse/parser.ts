import { isAscii, isUtf8, transcode } from 'node:buffer'
import { BlockReader } from './block.ts'
import { asBuffer, CollectedLine } from './collected-line.ts'
import { CR, firstLineEnd, lastLineEnd, LF } from './line-end.ts'
import { flawsOfLine } from './line-flaws.ts'
import type { FlawCode, StreamFlaw, StreamLimits, StreamParser, StreamParserFactory, StreamParserOptions } from './stream-parser.ts'

/** 64 MiB each: events of 13 MiB are in use, and a run can hold this much. */
export const defaultStreamLimits: StreamLimits = { maxLineBytes: 67_108_864, maxDataLength: 67_108_864 }

/** Fewer bytes are not worth the calls that make a text of them. */
const shortChunk = 64
/** From here on it pays to look at the bytes twice. */
const longText = 2048
/** The byte order mark as Latin-1 reads it. */
const mark = '\u00ef\u00bb\u00bf'

/**
 * A strict parser of `text/event-stream`: WHATWG HTML, sections 9.2.5 and 9.2.6.
 *
 * It reads bytes and tells the same however they are cut. An event is dispatched with the byte that ends its blank line: behind
 * CR none is awaited, and an LF that follows is swallowed. Time and memory grow with the bytes, not with the number of chunks.
 *
 * There are two ways through a chunk, and both end in the same block. The whole lines of a chunk are read from one text. Lines
 * that chunks share are collected as bytes; so are all lines where offsets are asked for, by `onFlaw` or `onBlock`.
 *
 * Beyond a limit it stops for good: `stopped` and `onFlaw` say so, and without `onFlaw` that push throws. Nothing is cut short.
 * What a handler throws comes out of `push`, and the rest of that chunk is lost.
 */
export class EventStreamParser implements StreamParser {
  readonly #options: StreamParserOptions
  readonly #limits: StreamLimits
  readonly #exact: boolean
  readonly #block: BlockReader
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #stopped: StreamFlaw | undefined

  /** Bytes of the body before the chunk at hand. */
  #offset = 0
  #beforeFirstLineEnd = true
  #afterCarriageReturn = false
  /** Known only where offsets are asked for. */
  #blockStart: number | undefined

  /** The line that has not ended yet. */
  readonly #line = new CollectedLine()
  #lineStart = 0

  constructor(options: StreamParserOptions) {
    this.#options = options
    this.#limits = { ...defaultStreamLimits, ...options.limits }
    this.#exact = options.onFlaw !== undefined || options.onBlock !== undefined
    this.#block = new BlockReader(options)
  }

  get lastEventId(): string {
    return this.#block.lastEventId
  }

  get stopped(): StreamFlaw | undefined {
    return this.#stopped
  }

  push(chunk: Uint8Array): void {
    const length = chunk.length
    if (length === 0 || this.#stopped !== undefined) return
    let at = 0
    if (this.#afterCarriageReturn) {
      this.#afterCarriageReturn = false
      if (chunk[0] === LF) at = 1
    }
    while (at < length && this.#goesByLines(length - at)) at = this.#takeLine(chunk, at)
    if (at < length) this.#takeText(chunk, at)
    this.#offset += length
  }

  end(): void {
    if (this.#stopped !== undefined) return
    if (this.#blockStart !== undefined && this.#block.isOpen) this.#tell('unfinished-event', this.#blockStart, 'the body ends before the blank line of an event')
    const line = this.#line.take()
    if (line !== '' && !(this.#beforeFirstLineEnd && line === mark)) this.#tell('unfinished-line', this.#lineStart, 'the body ends within a line')
  }

  /** Limits are checked line by line: near one, this way is taken. */
  #goesByLines(bytes: number): boolean {
    return (
      this.#line.bytes > 0 ||
      this.#beforeFirstLineEnd ||
      this.#exact ||
      bytes < shortChunk ||
      bytes > this.#limits.maxLineBytes ||
      bytes + this.#block.dataLength > this.#limits.maxDataLength
    )
  }

  /** Takes a line, or the part of it that has come. Returns where the next one starts. */
  #takeLine(chunk: Uint8Array, at: number): number {
    const end = firstLineEnd(chunk, at)
    if (this.#line.bytes === 0) this.#lineStart = this.#offset + at
    this.#collect(chunk, at, end)
    if (end === chunk.length || this.#stopped !== undefined) return chunk.length
    this.#endLine()
    if (this.#stopped !== undefined) return chunk.length
    if (chunk[end] !== CR) return end + 1
    if (end + 1 === chunk.length) this.#afterCarriageReturn = true
    return chunk[end + 1] === LF ? end + 2 : end + 1
  }

  #collect(chunk: Uint8Array, at: number, end: number): void {
    if (this.#line.bytes + end - at > this.#limits.maxLineBytes) this.#stop(`a line is longer than ${this.#limits.maxLineBytes} bytes`)
    else this.#line.add(chunk, at, end)
  }

  #endLine(): void {
    const { isAscii: ascii } = this.#line
    const collected = this.#line.take()
    const marked = this.#beforeFirstLineEnd && collected.startsWith(mark)
    const line = marked ? collected.slice(mark.length) : collected
    const offset = marked ? this.#lineStart + mark.length : this.#lineStart
    const text = ascii ? line : this.#decode(Buffer.from(line, 'latin1'))
    this.#beforeFirstLineEnd = false
    if (text === '') return this.#endBlock(offset + 1)
    this.#blockStart ??= offset
    this.#block.take(text, 0, text.length)
    const { onFlaw } = this.#options
    if (onFlaw !== undefined) for (const flaw of flawsOfLine(Buffer.from(line, 'latin1'), text, offset)) onFlaw(flaw)
    if (this.#block.dataLength - 1 > this.#limits.maxDataLength) this.#stop(`the data of an event is longer than ${this.#limits.maxDataLength} UTF-16 code units`)
  }

  #endBlock(endOffset: number): void {
    const startOffset = this.#blockStart
    const typeOnly = this.#block.hasTypeOnly
    const event = this.#block.end()
    if (startOffset === undefined) return
    this.#blockStart = undefined
    this.#options.onBlock?.({ startOffset, endOffset, event })
    if (typeOnly) this.#tell('type-without-data', startOffset, 'a block names a type and has no data, so that no event comes of it')
  }

  /** Takes the whole lines that are left of the chunk, and collects what stands behind them. */
  #takeText(bytes: Uint8Array, at: number): void {
    const chunk = asBuffer(bytes)
    const end = lastLineEnd(chunk, at)
    if (end > at) {
      this.#takeLines(isAscii(chunk) ? chunk.toString('latin1', at, end) : this.#decode(chunk.subarray(at, end)))
      this.#afterCarriageReturn = end === chunk.length && chunk[end - 1] === CR
    }
    if (end === chunk.length) return
    this.#lineStart = this.#offset + end
    this.#collect(chunk, end, chunk.length)
  }

  /**
   * Takes a text that ends with a line end.
   *
   * No search may run far ahead of another, or a text of both kinds would be searched again for each of its lines.
   */
  #takeLines(text: string): void {
    if (!text.includes('\r')) this.#takeEvenLines(text, '\n')
    else if (!text.includes('\n')) this.#takeEvenLines(text, '\r')
    else this.#takePairedLines(text)
  }

  /** Takes the lines that end with CR or with LF. Returns where the rest starts. */
  #takeEvenLines(text: string, lineEnd: '\r' | '\n'): number {
    const block = this.#block
    const code = lineEnd.charCodeAt(0)
    let at = 0
    for (let end = text.indexOf(lineEnd); end !== -1; end = text.indexOf(lineEnd, at)) {
      if (end === at) block.end()
      else if (text.charCodeAt(end + 1) === code) {
        block.takeLast(text, at, end)
        end += 1
      } else block.take(text, at, end)
      at = end + 1
    }
    return at
  }

  /** Takes the lines that end with CRLF, up to the first that does not. */
  #takePairedLines(text: string): void {
    const block = this.#block
    let at = 0
    for (let cr = text.indexOf('\r'); cr !== -1 && text.indexOf('\n', at) === cr + 1; cr = text.indexOf('\r', at)) {
      if (cr === at) block.end()
      else block.take(text, at, cr)
      at = cr + 2
    }
    if (at < text.length) this.#takeMixedLines(text, at)
  }

  /** Cuts the text at each CR, and takes the lines of the piece before it. */
  #takeMixedLines(text: string, start: number): void {
    let at = start
    for (let cr = text.indexOf('\r', at); cr !== -1; cr = text.indexOf('\r', at)) {
      const piece = text.slice(at, cr)
      const rest = this.#takeEvenLines(piece, '\n')
      if (rest === piece.length) this.#block.end()
      else this.#block.take(piece, rest, piece.length)
      at = text.charCodeAt(cr + 1) === LF ? cr + 2 : cr + 1
    }
    this.#takeEvenLines(text.slice(at), '\n')
  }

  /** As the UTF-8 decode algorithm has it, by whatever is fastest: on older runtimes the plain call of the decoder is the slowest. */
  #decode(bytes: Buffer): string {
    if (bytes.length >= longText && isUtf8(bytes)) return transcode(bytes, 'utf8', 'utf16le').toString('utf16le')
    return this.#decoder.decode(bytes, { stream: true }) + this.#decoder.decode()
  }

  #stop(fact: string): void {
    const flaw: StreamFlaw = { code: 'too-large', offset: this.#lineStart, fact }
    this.#stopped = flaw
    this.#line.take()
    if (this.#options.onFlaw === undefined) throw new RangeError(`the event stream is not read any further: ${fact}`)
    this.#options.onFlaw(flaw)
  }

  #tell(code: FlawCode, offset: number, fact: string): void {
    this.#options.onFlaw?.({ code, offset, fact })
  }
}

export const eventStreamParser: StreamParserFactory = (options) => new EventStreamParser(options)
