/** A header as it travels: name as written, value as bytes in latin1, in order, duplicates kept. */
export type HeaderLine = readonly [name: string, value: string]

/** One HTTP/1.1 request, byte for byte as it is to be written. */
export interface WireRequest {
  readonly method: string
  /** Absolute URL; the request target is its path and query. */
  readonly url: string
  /** `Host`, `Connection` and the framing header are added by the client unless they are present. */
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
  /** How the body is framed and cut. Default: `Content-Length`, one write. */
  readonly framing?: BodyFraming
}

export interface BodyFraming {
  /** `chunked` sends each cut as one chunk of the chunked coding. */
  readonly transfer: 'content-length' | 'chunked'
  /** Offsets in the body at which a write ends; each write is flushed before the next begins. */
  readonly cuts: readonly number[]
}

/** An answer, as it was read from the socket. */
export interface WireReply {
  readonly status: number
  readonly reason: string
  readonly headers: readonly HeaderLine[]
  /** At most `maxReplyBytes` of the body. */
  readonly body: Buffer
  /** True when the body was longer, or ended before its framing said. */
  readonly truncated: boolean
}

/** Why an exchange has no answer. Facts about the wire, not verdicts. */
export type ExchangeFault =
  | 'refused' // the connection was refused
  | 'unreachable' // no route, no such host, TLS failure
  | 'reset' // the connection broke before a status line
  | 'closed' // the connection ended in order before a status line
  | 'timeout' // no complete header section within the deadline
  | 'malformed' // bytes that are not an HTTP/1.1 response

/** Everything seen of one request and its answer. Times are milliseconds on the run's monotonic clock. */
export interface WireExchange {
  readonly startedMs: number
  /** The last byte of the request was handed to the kernel. Absent when that never happened. */
  readonly flushedMs?: number
  /** The header section of the answer was complete. */
  readonly repliedMs?: number
  readonly endedMs: number
  readonly reply?: WireReply
  readonly fault?: ExchangeFault
  /** A sentence with the detail of the fault, such as `connect ECONNREFUSED 127.0.0.1:9`. */
  readonly detail?: string
}
