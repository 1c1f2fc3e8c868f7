import type { Case, Cases, Suite } from '../../suite.ts'
import type { Answering } from './answer.ts'
import type { SseClientNeed } from './needs.ts'
import type { SseClientSeen } from './seen.ts'

/** A suite of the role `sse-client`. */
export type SseClientSuite = Suite<SseClientStep, SseClientSeen, SseClientNeed>
export type SseClientCase = Case<SseClientStep, SseClientSeen, SseClientNeed>
export type SseClientCases = Cases<SseClientStep, SseClientSeen, SseClientNeed>

export function sseClientSuite(value: SseClientSuite): SseClientSuite {
  return value
}

/** `elsewhere` is another origin; `own-port` is a listener of the case alone, whose connections can be refused. */
export type Place = 'here' | 'elsewhere' | 'own-port'

/** What the client is asked for when it connects. */
export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly lastEventId?: string
  /** It closes itself inside its handler of the nth event. */
  readonly closeAfter?: number
}

export type SseClientStep =
  | { readonly do: 'serve'; readonly path: string; readonly place: Place; readonly answers: readonly [Answering, ...Answering[]] }
  | { readonly do: 'connect'; readonly client: string; readonly path: string; readonly asked: Asked }
  | { readonly do: 'await-end-mark'; readonly client: string; readonly withinMs?: number }
  | { readonly do: 'await-events'; readonly client: string; readonly count: number }
  | { readonly do: 'await-requests'; readonly path: string; readonly count: number; readonly afterMs: number }
  | { readonly do: 'await-state'; readonly client: string; readonly state: 'connecting' | 'open' | 'closed'; readonly withinMs: number }
  | { readonly do: 'await-final'; readonly client: string; readonly path: string; readonly count: number; readonly afterMs: number }
  | { readonly do: 'await-quiet'; readonly path: string; readonly quietMs: number; readonly most: number }
  | { readonly do: 'await-gone'; readonly path: string; readonly withinMs: number }
  | { readonly do: 'release'; readonly gate: string }
  | { readonly do: 'close'; readonly client: string }
  | { readonly do: 'refuse' | 'accept'; readonly path: string }
  | { readonly do: 'watch'; readonly ms: number; readonly reconnection: boolean }

/** Name of the path, and of the client, where a case has but one. */
export const only = 'stream'

/** Data of the event that ends what a case sends: what came before it is all that came. */
export const endMark = 'conformance-end'

/** The event of that data, of the default type. */
export const endEvent = `data: ${endMark}\n\n`

/** Answers the nth request on a path with the nth answer, and all later ones with the last. */
export function serve(...answers: readonly [Answering, ...Answering[]]): SseClientStep {
  return { do: 'serve', path: only, place: 'here', answers }
}

export function serveAt(path: string, place: Place, ...answers: readonly [Answering, ...Answering[]]): SseClientStep {
  return { do: 'serve', path, place, answers }
}

/** Makes the client open a stream. */
export function connect(asked: Asked = {}, path = only, client = path): SseClientStep {
  return { do: 'connect', client, path, asked }
}

/** Waits until the client has delivered the end mark. */
export function awaitEnd(client = only, withinMs?: number): SseClientStep {
  return { do: 'await-end-mark', client, ...(withinMs === undefined ? {} : { withinMs }) }
}

export function awaitEvents(count: number, client = only): SseClientStep {
  return { do: 'await-events', client, count }
}

/** Waits for that many requests on a path; `afterMs` is the reconnection time that the client was told. */
export function awaitRequests(count: number, afterMs = 0, path = only): SseClientStep {
  return { do: 'await-requests', path, count, afterMs }
}

export function awaitState(state: 'connecting' | 'open' | 'closed', withinMs: number, client = only): SseClientStep {
  return { do: 'await-state', client, state, withinMs }
}

/** Waits until the client is closed for good, came back after that many requests, or would have. */
export function awaitFinal(count: number, afterMs = 20, path = only, client = path): SseClientStep {
  return { do: 'await-final', client, path, count, afterMs }
}

/** Waits until no request has come for a while, or far too many have. */
export function awaitQuiet(quietMs: number, most: number, path = only): SseClientStep {
  return { do: 'await-quiet', path, quietMs, most }
}

/** Waits until no connection on the path is open any more. */
export function awaitGone(withinMs: number, path = only): SseClientStep {
  return { do: 'await-gone', path, withinMs }
}

/** Lets the answers go on that wait at this gate. */
export function release(name: string): SseClientStep {
  return { do: 'release', gate: name }
}

/** Closes the client, as its user would. */
export function closeClient(client = only): SseClientStep {
  return { do: 'close', client }
}

/** Connections to the port of this path are refused from here on. */
export function refuse(path = only): SseClientStep {
  return { do: 'refuse', path }
}

export function accept(path = only): SseClientStep {
  return { do: 'accept', path }
}

/** Keeps watching for a while that nothing else comes. */
export function watch(ms: number): SseClientStep {
  return { do: 'watch', ms, reconnection: false }
}

/** Keeps watching for as long as the client would take to reconnect, had it been told to wait this long. */
export function watchReconnection(afterMs: number): SseClientStep {
  return { do: 'watch', ms: afterMs, reconnection: true }
}
