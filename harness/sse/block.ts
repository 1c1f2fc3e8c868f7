import type { StreamEvent, StreamParserOptions } from './stream-parser.ts'

const space = 0x20
const colon = 0x3a
const smallD = 0x64
const smallE = 0x65
const smallI = 0x69
const smallR = 0x72

/** Up to here data lines are appended one by one. */
const fewLines = 32
/** Behind those, how many wait before they become one text. */
const joinedLines = 1024

/**
 * The lines of a block, field by field, until the blank line makes an event of them.
 *
 * WHATWG HTML, section 9.2.6: the buffers for data, event type and last event id, and what a field does to them.
 */
export class BlockReader {
  readonly #options: StreamParserOptions
  readonly #onEvent: (event: StreamEvent) => void
  #lastEventId: string
  #id: string | undefined
  #type = ''
  #data = ''
  /** Values of the data lines behind `#data`, not joined yet. */
  #moreData: string[] = []
  #dataLines = 0
  /** Of all values with an LF behind each; 0 while there is no data line. */
  #dataLength = 0

  constructor(options: StreamParserOptions) {
    this.#options = options
    this.#onEvent = options.onEvent
    this.#lastEventId = options.lastEventId ?? ''
  }

  /** The last event id that a blank line has committed. */
  get lastEventId(): string {
    return this.#lastEventId
  }

  /** How long the data would be if an event were made of it now, in UTF-16 code units and with the LF that is taken off. */
  get dataLength(): number {
    return this.#dataLength
  }

  /** True once a line has said something that only a blank line puts into effect. */
  get isOpen(): boolean {
    return this.#dataLength > 0 || this.#id !== undefined || this.#type !== ''
  }

  /** True when its blank line would commit a type to no event. */
  get hasTypeOnly(): boolean {
    return this.#type !== '' && this.#dataLength === 0
  }

  /** A line that is not blank, without its line end: the characters of `text` from `start` to before `end`. */
  take(text: string, start: number, end: number): void {
    switch (text.charCodeAt(start)) {
      case smallD: {
        const from = dataStart(text, start, end)
        if (from >= 0) this.#addData(text.slice(from, end))
        return
      }
      case smallI: {
        const from = valueStart(text, start, end, 'id')
        if (from >= 0) this.#setId(text.slice(from, end))
        return
      }
      case smallE: {
        const from = valueStart(text, start, end, 'event')
        if (from >= 0) this.#type = text.slice(from, end)
        return
      }
      case smallR: {
        const from = valueStart(text, start, end, 'retry')
        if (from >= 0) this.#retry(text.slice(from, end))
        return
      }
      case colon:
        this.#options.onComment?.(text.slice(start + 1, end))
    }
  }

  /** The same, of a line before the blank line. Most events have one data line, which need not be kept then. */
  takeLast(text: string, start: number, end: number): void {
    const from = this.#dataLength === 0 && text.charCodeAt(start) === smallD ? dataStart(text, start, end) : -1
    if (from >= 0) this.#dispatch(text.slice(from, end))
    else {
      this.take(text, start, end)
      this.end()
    }
  }

  /** The blank line. Returns what it dispatched. */
  end(): StreamEvent | undefined {
    if (this.#dataLength === 0) {
      this.#commitId()
      this.#type = ''
      return undefined
    }
    const data = this.#moreData.length === 0 ? this.#data : this.#join()
    this.#data = ''
    this.#dataLines = 0
    this.#dataLength = 0
    return this.#dispatch(data)
  }

  #dispatch(data: string): StreamEvent {
    const id = this.#commitId()
    const type = this.#type === '' ? 'message' : this.#type
    this.#type = ''
    const event: StreamEvent = { type, data, lastEventId: this.#lastEventId, id }
    this.#onEvent(event)
    return event
  }

  #commitId(): string | undefined {
    const id = this.#id
    if (id === undefined) return undefined
    this.#id = undefined
    this.#lastEventId = id
    this.#options.onId?.(id)
    return id
  }

  #addData(value: string): void {
    this.#dataLines += 1
    this.#dataLength += value.length + 1
    if (this.#dataLines === 1) this.#data = value
    else if (this.#dataLines <= fewLines) this.#data = `${this.#data}\n${value}`
    else if (this.#moreData.push(value) === joinedLines) this.#data = this.#join()
  }

  /** Joins in steps, so that a hundred thousand short lines cost the memory of their text. */
  #join(): string {
    const joined = `${this.#data}\n${this.#moreData.join('\n')}`
    this.#moreData = []
    return joined
  }

  #setId(value: string): void {
    if (!value.includes('\0')) this.#id = value
  }

  #retry(value: string): void {
    if (/^[0-9]+$/.test(value)) this.#options.onRetry?.(Math.min(Number(value), Number.MAX_SAFE_INTEGER))
  }
}

/** `valueStart` for `data`, which is what most lines are. */
function dataStart(text: string, start: number, end: number): number {
  if (text.charCodeAt(start + 1) !== 0x61 || text.charCodeAt(start + 2) !== 0x74 || text.charCodeAt(start + 3) !== 0x61) return -1
  if (text.charCodeAt(start + 4) === colon) return text.charCodeAt(start + 5) === space ? start + 6 : start + 5
  return start + 4 === end ? end : -1
}

/** Where the value of a field of that name starts: behind the colon and one space, or at the end; -1 under another name. */
function valueStart(text: string, start: number, end: number, name: string): number {
  for (let index = 1; index < name.length; index += 1) if (text.charCodeAt(start + index) !== name.charCodeAt(index)) return -1
  const behind = start + name.length
  if (behind === end) return end
  if (text.charCodeAt(behind) !== colon) return -1
  // At the end of the line stands its line end, which is no space.
  return text.charCodeAt(behind + 1) === space ? behind + 2 : behind + 1
}
