import type { StreamParser, StreamParserOptions } from '../../harness/sse/stream-parser.ts'

/**
 * The standard's text as a program, for comparison: WHATWG HTML, sections 9.2.5 and 9.2.6.
 *
 * It collects the body and decodes and reads it as a whole when the body ends, character by character, without regard to time.
 * It has no limits and tells no flaws.
 */
export class PlainParser implements StreamParser {
  readonly stopped = undefined
  lastEventId: string
  readonly #options: StreamParserOptions
  readonly #body: number[] = []

  constructor(options: StreamParserOptions) {
    this.#options = options
    this.lastEventId = options.lastEventId ?? ''
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) this.#body.push(byte)
  }

  end(): void {
    let id = this.lastEventId
    let ownId: string | undefined
    let type = ''
    let data = ''
    for (const line of linesOf(utf8Decode(this.#body))) {
      if (line === '') {
        this.lastEventId = id
        if (ownId !== undefined) this.#options.onId?.(ownId)
        if (data !== '') this.#options.onEvent({ type: type === '' ? 'message' : type, data: data.slice(0, -1), lastEventId: id, id: ownId })
        ownId = undefined
        type = ''
        data = ''
        continue
      }
      if (line[0] === ':') {
        this.#options.onComment?.(line.slice(1))
        continue
      }
      const [name, value] = splitField(line)
      if (name === 'event') type = value
      if (name === 'data') data += `${value}\n`
      if (name === 'id' && !value.includes('\0')) {
        id = value
        ownId = value
      }
      if (name === 'retry' && isDigits(value)) this.#options.onRetry?.(Math.min(Number(value), Number.MAX_SAFE_INTEGER))
    }
  }
}

/** The lines that are ended; what follows the last line end is none. */
function linesOf(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character !== '\r' && character !== '\n') {
      line += character
      continue
    }
    lines.push(line)
    line = ''
    if (character === '\r' && text.charAt(at + 1) === '\n') at += 1
  }
  return lines
}

function splitField(line: string): readonly [name: string, value: string] {
  let colon = 0
  while (colon < line.length && line[colon] !== ':') colon += 1
  const value = line.slice(colon + 1)
  return [line.slice(0, colon), value[0] === ' ' ? value.slice(1) : value]
}

function isDigits(value: string): boolean {
  if (value === '') return false
  for (const character of value) if (character < '0' || character > '9') return false
  return true
}

/** The UTF-8 decode algorithm of the Encoding Standard, sections 6 and 8.1.1: one mark at the start is dropped, what is malformed becomes U+FFFD. */
function utf8Decode(bytes: readonly number[]): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let text = ''
  let point = 0
  let needed = 0
  let lower = 0x80
  let upper = 0xbf
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (needed === 0) {
      if (byte <= 0x7f) text += String.fromCharCode(byte)
      else if (byte >= 0xc2 && byte <= 0xdf) [needed, point] = [1, byte & 0x1f]
      else if (byte >= 0xe0 && byte <= 0xef) {
        if (byte === 0xe0) lower = 0xa0
        if (byte === 0xed) upper = 0x9f
        ;[needed, point] = [2, byte & 0xf]
      } else if (byte >= 0xf0 && byte <= 0xf4) {
        if (byte === 0xf0) lower = 0x90
        if (byte === 0xf4) upper = 0x8f
        ;[needed, point] = [3, byte & 0x7]
      } else text += '\ufffd'
      continue
    }
    const continues = byte >= lower && byte <= upper
    lower = 0x80
    upper = 0xbf
    if (!continues) {
      needed = 0
      text += '\ufffd'
      // The byte is read again: it may start something.
      at -= 1
      continue
    }
    point = (point << 6) | (byte & 0x3f)
    needed -= 1
    if (needed === 0) text += String.fromCodePoint(point)
  }
  return needed === 0 ? text : `${text}\ufffd`
}
