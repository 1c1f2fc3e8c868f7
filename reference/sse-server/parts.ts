import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { EventStreamPolicy } from '../../harness/profile/profile.ts'
import type { Answer } from '../consumer/answer.ts'
import { encode, heartbeat, opening } from './encode.ts'
import { eventProblem, type NewEvent, type StreamedEvent } from './event.ts'
import type { Log } from './log.ts'
import { admit, authorize, refusal, select, selects, type Selection, type StreamRequest } from './request.ts'
import { deliverFromLog, type Stream } from './stream.ts'

/** What every part may know. */
export interface Setting {
  readonly policy: EventStreamPolicy
  /** Where the stream of all events is. */
  readonly path: string
  readonly heartbeatMs: number
  /** After how long a client is asked to come back. */
  readonly retryMs: number
  readonly token?: string
}

/** How somebody is told that events after the id are missing: an answer in place of the stream, or what the stream begins with. */
export type Loss = Answer | { readonly headers: Readonly<Record<string, string>>; readonly text: string }

/** The decisions of a stream server, in the order in which it takes them. Each can be replaced on its own. */
export interface ServerParts {
  /** The part of all ids from now on that no id before had. */
  readonly newEpoch: () => string
  /** Why an event is not accepted. */
  readonly eventProblem: (event: NewEvent) => string | undefined

  readonly authorize: (request: StreamRequest, setting: Setting) => Answer | undefined
  readonly admit: (request: StreamRequest, setting: Setting) => Answer | undefined
  readonly select: (request: StreamRequest, setting: Setting) => Selection | undefined
  /** Whether the header of the answer is all that is asked for. */
  readonly isHeadOnly: (request: StreamRequest) => boolean
  /** Position at which a stream begins, or that events which it would have to begin with are lost. */
  readonly place: (request: StreamRequest, selection: Selection, log: Log, setting: Setting) => number | 'lost'
  readonly loss: (log: Log, setting: Setting) => Loss

  readonly status: number
  readonly head: (request: StreamRequest, setting: Setting) => Readonly<Record<string, string>>
  readonly opening: (setting: Setting) => string
  readonly selects: (selection: Selection, event: StreamedEvent, stream: Stream) => boolean
  readonly encode: (event: StreamedEvent, stream: Stream) => string
  readonly heartbeat: (stream: Stream) => string
  /** Brings text on its way to the client, at once. */
  readonly write: (response: ServerResponse, text: string, stream: Stream) => void
  /** Writes what is due to one client. */
  readonly deliver: (stream: Stream, log: Log) => void
  /** Streams that are told of a new event, in this order. */
  readonly awake: (streams: readonly Stream[]) => readonly Stream[]
  readonly end: (stream: Stream) => void
}

export const honestParts: ServerParts = {
  newEpoch: () => randomBytes(6).toString('hex'),
  eventProblem,
  authorize: (request, { token }) => authorize(request, token),
  admit,
  select: (request, { path, policy }) => select(request, path, policy),
  isHeadOnly: ({ method }) => method === 'HEAD',
  place,
  loss,
  status: 200,
  head,
  opening: ({ retryMs }) => opening(retryMs),
  selects,
  encode,
  heartbeat,
  write: (response, text) => void response.write(text),
  deliver: deliverFromLog,
  awake: (streams) => streams,
  end: ({ response }) => void response.end(),
}

/** Where the profile says without an id, an empty one included; else behind the event that it names. */
export function place({ lastEventId = '' }: StreamRequest, selection: Selection, log: Log, { policy }: Setting): number | 'lost' {
  if (lastEventId !== '') return resume(lastEventId, selection, log)
  return policy.start === 'earliest' ? log.first : log.end
}

/** An id counts if every later event is still there. That of another resource says nothing about this one's stream. */
export function resume(id: string, { key }: Selection, log: Log): number | 'lost' {
  const event = log.find(id)
  if (event === undefined || (key !== undefined && key !== event.key)) return 'lost'
  return event.position + 1
}

/** The signal that the profile declares: before the stream where it names a status, else in a header or as the first event. */
export function loss(log: Log, { policy }: Setting): Loss {
  const { statuses, event, header } = policy.lost
  const [status] = statuses
  if (status !== undefined) return refusal(status, 'events_lost', 'Events after this id are not available any more, or the id was never one of this stream: read the present state, then connect without an id')
  const [oldest] = log.from(log.first)
  return { headers: header === undefined ? {} : { [header]: oldest?.id ?? 'none' }, text: event === undefined ? '' : `event: ${event}\ndata:\n\n` }
}

/** What keeps caches and proxies from holding a stream back. There is no length, and nothing is compressed. */
export function head(): Readonly<Record<string, string>> {
  return { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' }
}
