import type { Case, Cases, Suite } from '../../suite.ts'
import type { SseServerNeed } from './needs.ts'
import type { SseServerSeen } from './seen.ts'

/** A suite of the role `sse-server`. */
export type SseServerSuite = Suite<SseServerStep, SseServerSeen, SseServerNeed>
export type SseServerCase = Case<SseServerStep, SseServerSeen, SseServerNeed>
export type SseServerCases = Cases<SseServerStep, SseServerSeen, SseServerNeed>

export function sseServerSuite(value: SseServerSuite): SseServerSuite {
  return value
}

export type SseServerStep =
  | { readonly do: 'connect'; readonly stream: string; readonly asking: Asking; readonly copies: number }
  | { readonly do: 'await-open'; readonly streams: readonly string[]; readonly ms: number }
  | { readonly do: 'await-live'; readonly streams: readonly string[]; readonly event: EventShape }
  | { readonly do: 'publish'; readonly events: readonly EventToPublish[]; readonly together: boolean }
  | { readonly do: 'publish-many'; readonly name: string; readonly count: number; readonly dataBytes: number; readonly batch: number }
  | { readonly do: 'publish-and-wait'; readonly stream: string }
  | { readonly do: 'await-events'; readonly stream: string; readonly count: number; readonly ms: number }
  | { readonly do: 'await-all'; readonly streams: readonly string[] }
  | { readonly do: 'await-end'; readonly streams: readonly string[]; readonly ms: number }
  | { readonly do: 'watch'; readonly until: 'a-moment' | 'two-heartbeats'; readonly stream: string }
  | { readonly do: 'stop-reading' | 'read-on' | 'close'; readonly stream: string }
  | { readonly do: 'come-and-go'; readonly stream: string; readonly times: number }
  | { readonly do: 'resume-while-publishing'; readonly stream: string; readonly events: number }
  | { readonly do: 'disconnect' }
  | { readonly do: 'retain'; readonly keep: number }
  | { readonly do: 'reset' }

/** What a request for a stream asks for. */
export interface Asking {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** What `Last-Event-ID` says. */
  readonly after?: Anchor
  /** Exact types of the query parameter, each made from the case's own. */
  readonly types?: readonly OfType[]
  /** The stream of one resource, in place of the target's URL. */
  readonly resource?: string
  readonly acceptEncoding?: string
  readonly credentials?: 'none' | 'wrong'
}

/**
 * Where a stream is resumed: behind an event of the case, behind the first event with an id that a stream showed (whoever
 * published it), or at a text as it stands. An unknown id is one that was never given: one that looks like the target's own, or
 * a text; a target that gives no ids is not asked.
 */
export type Anchor = { readonly behind: string } | { readonly behindFirstOf: string } | { readonly text: string } | { readonly unknown: 'like-its-own' | 'like-nothing' }

/** A type of event, made from the case's own, which no other case uses. */
export type OfType = (own: string) => string

export interface EventShape {
  readonly type?: (own: string, mark: Mark) => string
  /** The resource that the event is about. */
  readonly key?: string
}

export interface EventToPublish extends EventShape {
  readonly name: string
  /** Text that is published verbatim. It has to contain the mark, by which the event is known, unless it is empty. */
  readonly data?: (mark: Mark) => string
  readonly id?: (mark: Mark) => string
}

/** Texts that nobody else publishes. */
export interface Mark {
  /** Tells which event it is. */
  readonly text: string
  /** What must never stand in a stream but inside of the data it was published in. */
  readonly forged: string
}

/** Opens a stream. It is read at once; nothing is waited for, since a server may answer with its first event only. */
export function connect(stream: string, asking: Asking = {}): SseServerStep {
  return { do: 'connect', stream, asking, copies: 1 }
}

/** Opens that many streams of one name. */
export function connectMany(stream: string, copies: number): SseServerStep {
  return { do: 'connect', stream, asking: {}, copies }
}

/** Sends a request by another method, or with a header of its own, to the stream's address. */
export function request(name: string, asking: Asking): SseServerStep {
  return { do: 'connect', stream: name, asking, copies: 1 }
}

/** Waits until each of these streams has answered, at most that long. */
export function awaitOpen(streams: readonly string[], ms = 1000): SseServerStep {
  return { do: 'await-open', streams, ms }
}

/**
 * Publishes events until each of these streams has shown one: from there on it is live, and what was published before is
 * behind it. Nothing happens where the harness cannot publish.
 */
export function awaitLive(...streams: readonly string[]): SseServerStep {
  return { do: 'await-live', streams, event: {} }
}

/** The same with events of a type or a resource that the streams select. */
export function awaitLiveBy(event: EventShape, ...streams: readonly string[]): SseServerStep {
  return { do: 'await-live', streams, event }
}

/** Publishes events one after the other, each once the one before it was accepted. Nothing happens where the harness cannot. */
export function publish(...events: readonly (string | EventToPublish)[]): SseServerStep {
  return { do: 'publish', together: false, events: events.map((event) => (typeof event === 'string' ? { name: event } : event)) }
}

/** Publishes events by calls of their own at the same time. */
export function publishTogether(events: readonly EventToPublish[]): SseServerStep {
  return { do: 'publish', together: true, events }
}

/** Publishes many events in calls of some of them; data are padded to that many bytes. */
export function publishMany(name: string, count: number, { dataBytes = 0, batch = 500 } = {}): SseServerStep {
  return { do: 'publish-many', name, count, dataBytes, batch }
}

/** Publishes an event and waits for it alone; only when it does not come, another one that might push it out. Up to three times. */
export function publishAndWait(stream: string): SseServerStep {
  return { do: 'publish-and-wait', stream }
}

/** Waits until a stream has dispatched that many events, whoever published them; publishes some itself where it can. */
export function awaitEvents(stream: string, count: number, ms = 5000): SseServerStep {
  return { do: 'await-events', stream, count, ms }
}

/** Waits until these streams have shown every event of the case, and publishes nothing meanwhile. */
export function awaitAll(...streams: readonly string[]): SseServerStep {
  return { do: 'await-all', streams }
}

/** Waits until the server has ended these streams. */
export function awaitEnd(...streams: readonly string[]): SseServerStep {
  return { do: 'await-end', streams, ms: 3000 }
}

/** Keeps watching: what should not come has the time to come. */
export function watch(stream: string, until: 'a-moment' | 'two-heartbeats' = 'a-moment'): SseServerStep {
  return { do: 'watch', until, stream }
}

/** Leaves what comes on a stream in the buffers between. */
export function stopReading(stream: string): SseServerStep {
  return { do: 'stop-reading', stream }
}

export function readOn(stream: string): SseServerStep {
  return { do: 'read-on', stream }
}

export function closeStream(stream: string): SseServerStep {
  return { do: 'close', stream }
}

/** Opens streams and closes them again, some at a time. */
export function comeAndGo(stream: string, times: number): SseServerStep {
  return { do: 'come-and-go', stream, times }
}

/** Publishes without a pause while one client reads a few events, closes, and resumes from its last id, again and again. */
export function resumeWhilePublishing(stream: string, events: number): SseServerStep {
  return { do: 'resume-while-publishing', stream, events }
}

/** Makes the target end every stream. */
export function disconnect(): SseServerStep {
  return { do: 'disconnect' }
}

/** Makes the target forget all but the newest events. */
export function retain(keep: number): SseServerStep {
  return { do: 'retain', keep }
}

export function reset(): SseServerStep {
  return { do: 'reset' }
}

/** Behind an event of the case, by the id that it had on the wire. */
export function behind(event: string): Anchor {
  return { behind: event }
}
