import type { ExchangeFault, HeaderLine } from '../http/message.ts'
import type { WholeNumber } from '../scalars.ts'
import type { FlawCode } from '../sse/stream-parser.ts'
import type { RecordedBody } from './line.ts'

/** What the role `sse-server` adds to a transcript: what was read, what was published, and what the target was told besides. */
export type SseServerLine = StreamLine | PublicationLine | StagingLine

/** What the attachment of a stream server offers. */
export interface StreamOffers {
  readonly disconnects: boolean
  readonly retains: boolean
  readonly resets: boolean
  /** Names of headers that carry credentials. */
  readonly credentials: readonly string[]
  /** The interval of its heartbeats, where the target told it. */
  readonly heartbeatMs?: number
}

/** One connection of the harness to a stream, from its request to its end. */
export interface StreamLine {
  readonly kind: 'stream'
  readonly id: string
  readonly case: string
  /** Name of the stream within the case; several connections may share it. */
  readonly name: string
  readonly request: { readonly method: string; readonly url: string; readonly headers: readonly HeaderLine[] }
  readonly asked: StreamAsked
  readonly startedMs: number
  readonly headMs?: number
  readonly status?: WholeNumber
  readonly headers?: readonly HeaderLine[]
  /** The first bytes of the body, and what followed its last whole block. */
  readonly start?: RecordedBody
  readonly tail?: RecordedBody
  readonly bytes: WholeNumber
  /** Bytes behind the end of the answer. */
  readonly surplusBytes?: WholeNumber
  /** Blocks that dispatched an event or gave an id, in the order of the stream. */
  readonly blocks: readonly StreamBlockRecord[]
  /** Events of other cases of the run, which stand in the lines of those. */
  readonly others?: WholeNumber
  /** More blocks came than are kept. */
  readonly cut?: boolean
  /** The first comments, and how many there were. */
  readonly comments: readonly { readonly text: string; readonly atMs: number }[]
  readonly commentCount: WholeNumber
  /**
   * Values of `retry`, in order.
   *
   * @items.type integer
   * @items.minimum 0
   */
  readonly retries: readonly number[]
  /** The first of each kind, and the longest silence: the time during which not a byte came. */
  readonly flaws: readonly { readonly code: FlawCode; readonly offset: WholeNumber; readonly fact: string }[]
  readonly silentMs: number
  /** It was not read between these times. */
  readonly unreadMs?: readonly [fromMs: number, untilMs: number]
  readonly endedMs: number
  /** `proxy`: a lens cut it. */
  readonly endedBy: 'server' | 'harness' | 'limit' | 'proxy'
  /** The body ended as its framing says. */
  readonly complete: boolean
  readonly fault?: ExchangeFault
  readonly detail?: string
  /** What the lens of the run did with the answer: bytes that the target wrote and it kept back, and how long at the most. */
  readonly lens?: LensRecord
}

export interface LensRecord {
  readonly did: 'passed' | 'buffered' | 'compressed' | 'cut'
  readonly keptBytes: WholeNumber
  /** @minimum 0 */
  readonly keptMs: number
}

/** What a request asks of a stream. */
export interface StreamAsked {
  /** The `Last-Event-ID` that it carries; `afterOwn` is the number of the publication that has this id. */
  readonly after?: string
  readonly afterOwn?: WholeNumber
  readonly types?: readonly string[]
  readonly resource?: string
  readonly credentials?: 'none' | 'wrong'
}

/** A block of a stream. What stands in it and was published by the case, exactly, is not repeated. */
export interface StreamBlockRecord {
  /** When its blank line was read. */
  readonly atMs: number
  /** When its first byte was, where that was earlier. */
  readonly beganMs?: number
  readonly offset: WholeNumber
  /** It dispatched an event: `own` is the number of the publication of this case that it carries. */
  readonly own?: WholeNumber
  /** Part of a publication's data became a field or an event of its own. */
  readonly forged?: boolean
  /** Absent with `own` where it is the one that was published, else where it is `message`. */
  readonly type?: string
  /** Absent with `own` where the data are those that were published. Cut where they are long. */
  readonly data?: string
  readonly dataLength?: WholeNumber
  /** The id that the block gives. */
  readonly id?: string
}

/** One call to publish. Its events have consecutive numbers within the case. */
export interface PublicationLine {
  readonly kind: 'publication'
  readonly case: string
  readonly name: string
  readonly first: WholeNumber
  /** @minimum 1 */
  readonly count: WholeNumber
  /**
   * Place of the first among many of one name, from 1.
   *
   * @minimum 1
   */
  readonly place?: WholeNumber
  readonly type: string
  readonly key?: string
  /** The id that was asked for. */
  readonly id?: string
  /** Data of the first event, as clients have to get it; cut where they are long. */
  readonly data: string
  readonly dataLength: WholeNumber
  /** It serves to see which streams are alive: the nth such round of the case. */
  readonly round?: WholeNumber
  readonly beforeMs: number
  readonly afterMs: number
  readonly outcome: 'accepted' | 'refused' | 'failed'
  readonly detail?: string
  /** Ids that the target told, up to 20 of them. */
  readonly ids?: readonly string[]
}

/** Another verb of the control API. */
export interface StagingLine {
  readonly kind: 'staging'
  readonly case: string
  readonly verb: 'disconnect' | 'retain' | 'reset'
  readonly keep?: WholeNumber
  readonly beforeMs: number
  readonly afterMs: number
  readonly done: boolean
  readonly detail?: string
}
