import type { StreamEvent } from './stream-parser.ts'

/** A text as a vector file writes it: a string for its UTF-8 bytes, or pieces that are put together. */
export type VectorText = string | readonly VectorPiece[]

export type VectorPiece = string | { readonly hex: string } | { readonly repeat: string; readonly times: number }

/** The type, the data and the last event id that an event is dispatched with. */
export type VectorEvent = Pick<StreamEvent, 'type' | 'data' | 'lastEventId'>

/** What a parser makes of the body of one response: an entry of `suites/vectors/event-stream.json`, which explains the members. */
export interface StreamVector {
  readonly id: string
  readonly requirement: string
  readonly also?: readonly string[]
  readonly source?: string
  readonly notes: string
  readonly body: VectorText
  readonly events: readonly { readonly type: string; readonly data: VectorText; readonly lastEventId: string }[]
  readonly lastEventId: string
  readonly retries: readonly number[]
  readonly due?: readonly number[]
  readonly ends?: boolean
  readonly large?: boolean
}

export function bodyOf(vector: Pick<StreamVector, 'body'>): Buffer {
  return bytesOf(vector.body)
}

export function eventsOf(vector: Pick<StreamVector, 'events'>): readonly VectorEvent[] {
  return vector.events.map(({ type, data, lastEventId }) => ({ type, data: bytesOf(data).toString('utf8'), lastEventId }))
}

function bytesOf(text: VectorText): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.concat(text.map(bytesOfPiece))
}

function bytesOfPiece(piece: VectorPiece): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece)
  return 'hex' in piece ? Buffer.from(piece.hex.replaceAll(' ', ''), 'hex') : Buffer.from(piece.repeat.repeat(piece.times))
}
