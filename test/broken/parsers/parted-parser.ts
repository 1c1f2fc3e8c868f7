import type { StreamParser, StreamParserFactory, StreamParserOptions } from '../../../harness/sse/stream-parser.ts'

/** What a blank line makes an event of, and what it has made so far. Parts change it. */
export class Block {
  readonly options: StreamParserOptions
  /** Values of the data lines. */
  lines: string[] = []
  type = ''
  id: string | undefined
  lastEventId: string
  /** The parser has given up: nothing more is read. */
  dead = false

  constructor(options: StreamParserOptions) {
    this.options = options
    this.lastEventId = options.lastEventId ?? ''
  }

  commitId(): void {
    if (this.id === undefined) return
    this.lastEventId = this.id
    this.options.onId?.(this.id)
  }

  dispatch(data: string, type = this.type): void {
    this.options.onEvent({ type: type === '' ? 'message' : type, data, lastEventId: this.lastEventId, id: this.id })
  }

  clear(): void {
    this.lines = []
    this.type = ''
    this.id = undefined
  }
}

/** Takes text and gives the lines that it ends; `rest` is the one that is not ended yet. */
export interface LineSplitter {
  readonly rest: string
  push(text: string): readonly string[]
}

export type Field = readonly [name: string, value: string]

/** The steps between bytes and events, each to be replaced by itself. */
export interface ParserParts {
  readonly decoder: () => (bytes: Uint8Array) => string
  /** Takes the byte order mark off: called with each text that is not empty. */
  readonly unmark: () => (text: string) => string
  readonly splitter: () => LineSplitter
  readonly isBlank: (line: string) => boolean
  readonly isComment: (line: string) => boolean
  readonly comment: (block: Block, line: string) => void
  readonly field: (line: string) => Field | undefined
  readonly data: (block: Block, value: string) => void
  readonly event: (block: Block, value: string) => void
  readonly id: (block: Block, value: string) => void
  readonly retry: (block: Block, value: string) => void
  readonly unknown: (block: Block, name: string, line: string) => void
  readonly blank: (block: Block) => void
  /** The end of the body, with the line that was not ended. */
  readonly end: (block: Block, rest: string, takeLine: (line: string) => void) => void
}

export const rightParts: ParserParts = {
  decoder: () => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return (bytes) => decoder.decode(bytes, { stream: true })
  },
  unmark: () => {
    let first = true
    return (text) => {
      const unmarked = first && text.startsWith('\ufeff') ? text.slice(1) : text
      first = false
      return unmarked
    }
  },
  splitter: () => new CharacterSplitter(),
  isBlank: (line) => line === '',
  isComment: (line) => line.startsWith(':'),
  comment: (block, line) => block.options.onComment?.(line.slice(1)),
  field: (line) => {
    const colon = line.indexOf(':')
    if (colon === -1) return [line, '']
    const value = line.slice(colon + 1)
    return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value]
  },
  data: (block, value) => void block.lines.push(value),
  event: (block, value) => void (block.type = value),
  id: (block, value) => {
    if (!value.includes('\0')) block.id = value
  },
  retry: (block, value) => {
    if (/^[0-9]+$/.test(value)) block.options.onRetry?.(Number(value))
  },
  unknown: () => {},
  blank: (block) => {
    block.commitId()
    if (block.lines.length > 0) block.dispatch(block.lines.join('\n'))
    block.clear()
  },
  end: () => {},
}

/** A parser made of the right parts and of those that are given. It has no limits and tells no flaws. */
export function partedParser(parts: Partial<ParserParts> = {}): StreamParserFactory {
  return (options) => new PartedParser({ ...rightParts, ...parts }, options)
}

class PartedParser implements StreamParser {
  readonly stopped = undefined
  readonly #parts: ParserParts
  readonly #decode: (bytes: Uint8Array) => string
  readonly #unmark: (text: string) => string
  readonly #splitter: LineSplitter
  readonly #block: Block

  constructor(parts: ParserParts, options: StreamParserOptions) {
    this.#parts = parts
    this.#decode = parts.decoder()
    this.#unmark = parts.unmark()
    this.#splitter = parts.splitter()
    this.#block = new Block(options)
  }

  get lastEventId(): string {
    return this.#block.lastEventId
  }

  push(chunk: Uint8Array): void {
    if (this.#block.dead) return
    try {
      const text = this.#decode(chunk)
      if (text !== '') for (const line of this.#splitter.push(this.#unmark(text))) this.#take(line)
    } catch {
      this.#block.dead = true
    }
  }

  end(): void {
    if (!this.#block.dead) this.#parts.end(this.#block, this.#splitter.rest, (line) => this.#take(line))
  }

  #take(line: string): void {
    const block = this.#block
    if (block.dead) return
    if (this.#parts.isBlank(line)) return this.#parts.blank(block)
    if (this.#parts.isComment(line)) return this.#parts.comment(block, line)
    const field = this.#parts.field(line)
    if (field === undefined) return
    const [name, value] = field
    if (name === 'data' || name === 'event' || name === 'id' || name === 'retry') this.#parts[name](block, value)
    else this.#parts.unknown(block, name, line)
  }
}

/** Ends a line at CR and at LF, and passes over an LF that follows a CR at once. */
export class CharacterSplitter implements LineSplitter {
  rest = ''
  #afterCarriageReturn = false

  push(text: string): readonly string[] {
    const lines: string[] = []
    for (const character of text) {
      const pairs = this.#afterCarriageReturn && character === '\n'
      this.#afterCarriageReturn = character === '\r'
      if (pairs) continue
      if (character === '\r' || character === '\n') {
        lines.push(this.rest)
        this.rest = ''
      } else this.rest += character
    }
    return lines
  }
}
