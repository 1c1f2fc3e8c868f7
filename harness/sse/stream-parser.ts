/** What a parser of `text/event-stream` tells, and the shape that every one of them has: ours, a peer's, a broken one. */

/** An event as it is dispatched. */
export interface StreamEvent {
  /** `message` where the block names no type. */
  readonly type: string
  /** The values of its data lines, joined by LF. */
  readonly data: string
  /** The last event id as it is committed with this event, which may stem from an earlier block; empty when there is none. */
  readonly lastEventId: string
  /** The id that its own block gives. */
  readonly id: string | undefined
}

/**
 * A block: the lines from the first that is not blank to the blank line that ends it.
 *
 * Offsets count bytes of the body, a byte order mark included. Both are the same however the body is cut into chunks.
 */
export interface StreamBlock {
  /** Of the first byte of the first line. */
  readonly startOffset: number
  /** Behind the byte that ended the block. Of CRLF that is the CR: the LF that follows ends nothing. */
  readonly endOffset: number
  /** What the block dispatched; nothing when it has no data. */
  readonly event: StreamEvent | undefined
}

/** What a stream does that its clients ignore, repair or trip over. `too-large` is the only one that stops a parser. */
export type FlawCode =
  | 'invalid-utf8'
  | 'unknown-field'
  | 'byte-order-mark'
  | 'nul-in-id'
  | 'bad-retry'
  | 'type-without-data'
  | 'unfinished-line'
  | 'unfinished-event'
  | 'too-large'

export interface StreamFlaw {
  readonly code: FlawCode
  /** Of the byte in question where there is one, else of the start of its line or block. */
  readonly offset: number
  /** A sentence without its full stop. What it quotes is cut and escaped. */
  readonly fact: string
}

/** Beyond either, a parser stops. Both are the same however the body is cut. */
export interface StreamLimits {
  /** Bytes of a line, its line end not counted. */
  readonly maxLineBytes: number
  /** UTF-16 code units of the data of an event: its `length`. */
  readonly maxDataLength: number
}

export interface StreamParserOptions {
  readonly onEvent: (event: StreamEvent) => void
  /** A line `retry`, as soon as it ends. Milliseconds, at most `Number.MAX_SAFE_INTEGER`. */
  readonly onRetry?: (ms: number) => void
  /** The text behind the colon, a leading space included. */
  readonly onComment?: (text: string) => void
  /** An id was committed, by a block with or without data; before the event of that block. */
  readonly onId?: (id: string) => void
  /** A block ended; after its event. */
  readonly onBlock?: (block: StreamBlock) => void
  /** Asks for diagnosis: each flaw when the line or the block that has it ends. Without it, to go beyond a limit is an error. */
  readonly onFlaw?: (flaw: StreamFlaw) => void
  /** The id that the stream starts with: the last one of the connection before. */
  readonly lastEventId?: string
  readonly limits?: Partial<StreamLimits>
}

/** A parser of one body, from its first byte to its end. */
export interface StreamParser {
  /** The last event id as it is committed now, also by blocks without data. */
  readonly lastEventId: string
  /** The flaw `too-large`, once a limit was passed: nothing more is read. */
  readonly stopped: StreamFlaw | undefined
  /** Takes the next bytes and calls the handlers before it returns. The memory may be used again afterwards. */
  push(chunk: Uint8Array): void
  /** The body has ended. What has not reached its blank line is discarded. */
  end(): void
}

export type StreamParserFactory = (options: StreamParserOptions) => StreamParser
