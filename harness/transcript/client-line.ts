import type { HeaderLine } from '../http/message.ts'
import type { WholeNumber } from '../scalars.ts'
import type { RecordedBody } from './line.ts'

/** Lines of the role `sse-client`: requests that arrived with what they were answered, and what the client told. */
export type ClientTranscriptLine = ServedLine | ConnectionLine

/** One request of the client, and what it was answered. Milliseconds on the run's clock. */
export interface ServedLine {
  readonly kind: 'served'
  readonly id: string
  readonly case: string
  /** Name of the path within the case. */
  readonly path: string
  /** The request came to another origin than that of most paths. */
  readonly elsewhere?: boolean
  readonly request: { readonly method: string; readonly target: string; readonly headers: readonly HeaderLine[] }
  readonly arrivedMs: number
  /** The answer in a few words, such as `404`. */
  readonly answer: string
  readonly status: WholeNumber
  /** The body as it was written, before framing and compression. */
  readonly body: RecordedBody
  readonly writes: WholeNumber
  /**
   * Offsets in the body at which a write ended; the first two hundred.
   *
   * @items.type integer
   * @items.minimum 0
   */
  readonly cuts: readonly number[]
  /** Before the end was handed to the socket: the client cannot have known earlier. */
  readonly endingMs?: number
  readonly closedMs?: number
  readonly closedBy?: 'client' | 'harness'
  /** When the parts that wait for a gate were let through. */
  readonly gates: { readonly [name: string]: number }
}

/** One connection of the client under test, as it tells of it. */
export interface ConnectionLine {
  readonly kind: 'connection'
  readonly id: string
  readonly case: string
  /** Name of the client within the case, and of the path that it opened. */
  readonly client: string
  readonly path: string
  readonly asked: { readonly headers?: { readonly [name: string]: string }; readonly lastEventId?: string; readonly closeAfter?: WholeNumber }
  readonly startedMs: number
  /** Each change of the state or of the number of events, with the time at which it was first told; the first hundred. */
  readonly states: readonly { readonly state: 'connecting' | 'open' | 'closed'; readonly atMs: number; readonly events: WholeNumber }[]
  /** The first two thousand events. */
  readonly events: readonly RecordedEvent[]
  readonly count: WholeNumber
  readonly errors: number
  /** The client was asked to close itself, and had delivered this many events when it had done so. */
  readonly closedMs?: number
  readonly countAtClose?: WholeNumber
  readonly readMs: number
}

/** An event as the client delivered it; a long text is cut and carries its length and digest. */
export interface RecordedEvent {
  readonly type: string
  readonly data: string
  readonly lastEventId: string
  readonly length?: WholeNumber
  readonly sha256?: string
}
