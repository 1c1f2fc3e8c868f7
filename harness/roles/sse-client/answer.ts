import type { HeaderLine } from '../../http/message.ts'

/** Text stands for its UTF-8 bytes. */
export type Bytes = string | Uint8Array

/** Where the writes of some bytes end: offsets, or after every byte. One write when left out. */
export type Cuts = readonly number[] | 'every-byte'

/** One thing that is done with the body of an answer, in order. */
export type Act =
  /** Each cut is a write of its own, and in a chunked body a chunk of its own. */
  | { readonly do: 'send'; readonly bytes: Bytes; readonly cuts?: Cuts }
  /** Compressed by gzip as one stream, flushed after each part. */
  | { readonly do: 'send-compressed'; readonly parts: readonly string[] }
  | { readonly do: 'pause'; readonly ms: number }
  /** Waits until the case releases the gate. */
  | { readonly do: 'wait'; readonly gate: string }

/**
 * How an answer ends: in order, with its last chunk missing, by a reset, or not before the client closes.
 *
 * A `length` above what is sent is a body that breaks off.
 */
export type Ending = 'end' | 'last-chunk-missing' | 'reset' | 'stay'

/** What one request is answered. */
export interface Answer {
  /** For reports, such as `404`. */
  readonly name: string
  readonly status: number
  readonly headers: readonly HeaderLine[]
  readonly acts: readonly Act[]
  readonly ending: Ending
  /** Default `chunked`; to a client that speaks HTTP/1.0 the end of the connection is that of the body. */
  readonly framing?: 'chunked' | 'until-close' | { readonly length: number }
  /** Written as they stand in place of status line, headers and body; acts follow unframed. */
  readonly raw?: Bytes
}

/** What an answer may depend on. */
export interface AnswerFacts {
  readonly headers: readonly HeaderLine[]
  /** Wall-clock milliseconds. */
  readonly nowMs: number
  /** Absolute URL of a path of the case. */
  readonly url: (path: string) => string
}

export type Answering = Answer | ((facts: AnswerFacts) => Answer)

/** An event stream that stays open after its last part. A text is sent as it stands, in one write. */
export function stream(...parts: readonly (Bytes | Act)[]): Answer {
  return { name: 'a stream', status: 200, headers: [['Content-Type', 'text/event-stream'], ['Cache-Control', 'no-store']], acts: parts.map(actOf), ending: 'stay' }
}

/** An event stream that ends in order. */
export function endingStream(...parts: readonly (Bytes | Act)[]): Answer {
  return { ...stream(...parts), name: 'a stream that ends', ending: 'end' }
}

/** An answer of another status whose body would be an event, were it a stream. */
export function status(code: number, headers: readonly HeaderLine[] = [], body = 'data: not an event\n\n'): Answer {
  return { name: String(code), status: code, headers: [['Content-Type', 'text/event-stream'], ...headers], acts: code === 204 || code === 205 || body === '' ? [] : [{ do: 'send', bytes: body }], ending: 'end' }
}

/** A stream of another content type, or of none. */
export function typed(contentType: string | undefined, ...parts: readonly (Bytes | Act)[]): Answer {
  return { ...stream(...parts), name: contentType === undefined ? '200 without a content type' : `200 ${contentType}`, headers: contentType === undefined ? [] : [['Content-Type', contentType]] }
}

/** A redirect to a path of the case, or to a reference that stands as it is. */
export function redirect(code: number, to: { readonly path: string } | ((facts: AnswerFacts) => string)): (facts: AnswerFacts) => Answer {
  return (facts) => ({ ...status(code, [['Location', typeof to === 'function' ? to(facts) : facts.url(to.path)]]), name: `${code} redirect` })
}

/** Bytes in place of an HTTP answer; then the connection ends. */
export function raw(name: string, bytes: Bytes, ending: Ending = 'end'): Answer {
  return { name, status: 0, headers: [], acts: [], ending, raw: bytes }
}

export function pause(ms: number): Act {
  return { do: 'pause', ms }
}

export function gate(name: string): Act {
  return { do: 'wait', gate: name }
}

export function cut(bytes: Bytes, cuts: Cuts): Act {
  return { do: 'send', bytes, cuts }
}

export function bytesOf(bytes: Bytes): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes)
}

function actOf(part: Bytes | Act): Act {
  return typeof part === 'string' || part instanceof Uint8Array ? { do: 'send', bytes: part } : part
}
