import { invalidUtf8At } from '../../../harness/sse/invalid-utf8.ts'
import { breaking } from './broken-parser.ts'
import { CharacterSplitter, rightParts, type LineSplitter } from './parted-parser.ts'

/** Wrong on the way from bytes to text. */
export const decodingFaults = [
  ...breaking('utf8', {
    'decodes Latin-1': { decoder: () => (bytes) => Buffer.from(bytes).toString('latin1') },
    'knows no character beyond ASCII': { decoder: () => decoding((text) => text.replace(/[^\0-\x7f]/gu, '?')) },
    'drops characters beyond the basic plane': { decoder: () => decoding((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '')) },
    'drops noncharacters': { decoder: () => decoding((text) => text.replaceAll('\uffff', '')) },
  }),
  ...breaking('split-utf8', {
    'decodes each chunk for itself': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) },
    'dies of a character that is cut': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes) },
    'drops a character that is cut': { decoder: () => (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/^\ufffd+|\ufffd+$/g, '') },
  }),
  ...breaking('invalid-utf8', {
    'dies of invalid UTF-8': { decoder: () => decoding((text) => text, { fatal: true }) },
    'drops invalid UTF-8': { decoder: () => decoding((text) => text.replaceAll('\ufffd', '')) },
    'makes one U+FFFD of several': { decoder: () => decoding((text) => text.replace(/\ufffd+/g, '\ufffd')) },
    'makes a U+FFFD of each byte that is wrong': { decoder: () => bytewise(() => 1) },
    'passes over as many bytes as the first announces': { decoder: () => bytewise(announcedLength) },
    'takes invalid bytes for Latin-1': { decoder: () => bytewise(() => 1, String.fromCharCode) },
  }),
  ...breaking('bom', {
    'keeps the byte order mark': { unmark: () => (text) => text },
    'takes the mark off only if the first chunk has all of it': { decoder: impatientDecoder, unmark: () => (text) => text },
    'drops the line of the mark': { splitter: () => new LineFilter((line, first) => (first && line.startsWith('\ufeff') ? [] : [line])), unmark: () => (text) => text },
  }),
  ...breaking('one-bom', {
    'takes two marks off': { unmark: () => leading(/^\ufeff{1,2}/) },
    'takes every mark at the start off': { unmark: () => leading(/^\ufeff+/) },
    'takes for a mark what Latin-1 makes of one': { unmark: () => leading(/^(?:\ufeff|\u00ef\u00bb\u00bf)/) },
  }),
  ...breaking('bom-elsewhere', {
    'takes a mark off each chunk': { unmark: () => (text) => text.replace(/^\ufeff/, '') },
    'takes every mark off': { unmark: () => (text) => text.replaceAll('\ufeff', '') },
    'takes a mark off each line': { splitter: () => new LineFilter((line) => [line.replace(/^\ufeff/, '')]) },
    'takes a mark off each value': { field: (line) => rightParts.field(line)?.map((part) => part.replace(/^\ufeff/, '')) as [string, string] },
    'takes a mark off behind blank lines': { splitter: () => new FirstLineUnmarker() },
    'trims marks from the ends of values': { data: (block, value) => void block.lines.push(value.replace(/\ufeff$/, '')) },
  }),
]

function decoding(change: (text: string) => string, options: { readonly fatal?: boolean } = {}): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true, ...options })
  return (bytes) => change(decoder.decode(bytes, { stream: true }))
}

/** Decodes what is right, and then goes `length` bytes on at the first that is wrong. */
function bytewise(length: (byte: number) => number, replacement: (byte: number) => string = () => '\ufffd'): (bytes: Uint8Array) => string {
  let held = Buffer.alloc(0)
  let skipped = 0
  return (bytes) => {
    let text = ''
    held = Buffer.concat([held, bytes])
    for (;;) {
      const passed = Math.min(skipped, held.length)
      skipped -= passed
      held = held.subarray(passed)
      const wrong = invalidUtf8At(held)
      text += held.toString('utf8', 0, wrong)
      held = held.subarray(wrong)
      const byte = held[0]
      if (byte === undefined || mayGoOn(held)) return text
      text += replacement(byte)
      skipped = length(byte)
    }
  }
}

function announcedLength(byte: number): number {
  if (byte >= 0xf0) return 4
  return byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
}

function mayGoOn(bytes: Uint8Array): boolean {
  return bytes.length < announcedLength(bytes[0] ?? 0) && bytes.subarray(1).every((byte) => (byte & 0xc0) === 0x80)
}

function leading(marks: RegExp): (text: string) => string {
  let start: string | undefined = ''
  return (text) => {
    if (start === undefined) return text
    // Marks may come one by one: what was taken off so far is looked at again.
    const before = start.replace(marks, '').length
    start += text
    const unmarked = start.replace(marks, '').slice(before)
    if (start.length > 3) start = undefined
    return unmarked
  }
}

/** Looks for the mark in the first chunk and nowhere else. */
function impatientDecoder(): (bytes: Uint8Array) => string {
  const decode = rightParts.decoder()
  let first = true
  return (bytes) => {
    const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    first = false
    return decode(marked ? bytes.subarray(3) : bytes)
  }
}

class LineFilter implements LineSplitter {
  readonly #lines = new CharacterSplitter()
  readonly #change: (line: string, first: boolean) => readonly string[]
  #first = true

  constructor(change: (line: string, first: boolean) => readonly string[]) {
    this.#change = change
  }

  get rest(): string {
    return this.#lines.rest
  }

  push(text: string): readonly string[] {
    return this.#lines.push(text).flatMap((line) => {
      const first = this.#first
      this.#first = false
      return this.#change(line, first)
    })
  }
}

/** As if leading blank lines were not there yet. */
class FirstLineUnmarker implements LineSplitter {
  readonly #lines = new CharacterSplitter()
  #seen = false

  get rest(): string {
    return this.#lines.rest
  }

  push(text: string): readonly string[] {
    return this.#lines.push(text).map((line) => {
      const unmarked = this.#seen ? line : line.replace(/^\ufeff/, '')
      this.#seen ||= line !== ''
      return unmarked
    })
  }
}
