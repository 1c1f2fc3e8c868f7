import type { HeaderLine } from '../../http/message.ts'
import type { ScriptedAnswer } from '../../http/capture.ts'
import type { Case, Cases, Suite } from '../../suite.ts'
import type { ProducerNeed } from './needs.ts'
import type { ProducerSeen } from './seen.ts'

/** A suite of the role `producer`. */
export type ProducerSuite = Suite<ProducerStep, ProducerSeen, ProducerNeed>
export type ProducerCase = Case<ProducerStep, ProducerSeen, ProducerNeed>
export type ProducerCases = Cases<ProducerStep, ProducerSeen, ProducerNeed>

export function producerSuite(value: ProducerSuite): ProducerSuite {
  return value
}

/**
 * What an endpoint answers to its nth attempt, counted from 0 for each event.
 *
 * A list answers in the order of arrival, whatever arrives; only a list can act before the body was read.
 */
export type Script = ScriptFunction | readonly [ScriptedAnswer, ...ScriptedAnswer[]]
export type ScriptFunction = (n: number, facts: ScriptFacts) => ScriptedAnswer

export interface ScriptFacts {
  /** Wall-clock milliseconds at the arrival of the attempt. */
  readonly nowMs: number
  /** The profile's timeout for one exchange, as this target runs it. */
  readonly timeoutMs: number
  /** Declared durations divided by this are what the target waits. */
  readonly scale: number
  /** URL of an endpoint that nobody subscribed. */
  readonly elsewhere: string
  /** Name of the case's event that arrived. */
  readonly event: string
}

export type ProducerStep =
  | { readonly do: 'open'; readonly endpoint: string; readonly script: Script; readonly types: 'own' | 'other' | 'all'; readonly filter?: Readonly<Record<string, string>>; readonly ownPort?: true; readonly query?: string }
  | { readonly do: 'emit'; readonly event: string; readonly count: number; readonly type?: string; readonly data?: Readonly<Record<string, string>> }
  | { readonly do: 'await-attempts'; readonly endpoint: string; readonly count: number | 'all'; readonly dueMs?: number; readonly distinct?: boolean }
  | { readonly do: 'watch'; readonly ms: number | 'one-more-delay' | 'first-delay' | 'second-delay' | 'a-moment' }
  | { readonly do: 'remove'; readonly endpoint: string }
  | { readonly do: 'call'; readonly name: string; readonly call: ApiCall }
  | { readonly do: 'rotate'; readonly endpoint: string }
  | { readonly do: 'redeliver'; readonly endpoint: string }
  | { readonly do: 'listen'; readonly endpoint: string; readonly on: boolean }

/** A request to the registration API of the profile. */
export interface ApiCall {
  readonly operation: 'create' | 'read' | 'list' | 'remove' | 'health' | 'enable' | 'deadLetters'
  /** Endpoint whose id stands in the path. */
  readonly of?: string
  /** In place of the id. */
  readonly id?: string
  /** Sent as it stands in place of a well-formed creation. */
  readonly body?: string
  /** The URL that is registered, made from the endpoint's own. */
  readonly url?: (url: string) => string | undefined
}

/** Opens an endpoint with this behaviour and subscribes it to the case's own type of event. */
export function endpoint(script: Script, name = 'endpoint'): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'own' }
}

/** Opens an endpoint whose URL has a query; it is registered with it. */
export function endpointWithQuery(script: Script, query: string, name = 'endpoint'): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'own', query }
}

/** Opens an endpoint that is subscribed to another type than the case emits. */
export function endpointForOtherTypes(script: Script, name: string): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'other' }
}

/** A type that would become a header of its own where it is written into one unchecked. */
export const hostileType = 'conformance.type\r\nX-Injected-By-Conformance: 1'

/** Opens an endpoint that asks for every type of event. */
export function endpointForAllTypes(script: Script, name = 'endpoint'): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'all' }
}

/** Opens an endpoint whose subscription holds a filter by a field of the event's data. */
export function filteredEndpoint(script: Script, name: string, filter: Readonly<Record<string, string>>): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'own', filter }
}

/** Makes the target emit an event, or many at once. */
export function emit(event = 'an event', count = 1): ProducerStep {
  return { do: 'emit', event, count }
}

/** Makes the target emit an event of a given type or with further data. */
export function emitWith(facts: { readonly type?: string; readonly data?: Readonly<Record<string, string>> }, event = 'an event'): ProducerStep {
  return { do: 'emit', event, count: 1, ...facts }
}

/** Waits for that many attempts, for as long as the declared schedule allows; `all` is the whole schedule. */
export function awaitAttempts(count: number | 'all', endpointName = 'endpoint'): ProducerStep {
  return { do: 'await-attempts', endpoint: endpointName, count }
}

/** Waits for that many events of the case: an attempt that repeats one that has come is waited past. */
export function awaitEvents(count: number, endpointName = 'endpoint'): ProducerStep {
  return { do: 'await-attempts', endpoint: endpointName, count, distinct: true }
}

/** Waits for that many attempts when the next one is due only after so many declared milliseconds. */
export function awaitLateAttempts(count: number, dueMs: number, endpointName = 'endpoint'): ProducerStep {
  return { do: 'await-attempts', endpoint: endpointName, count, dueMs }
}

/** Keeps watching: an attempt that should not come has the time to come. */
export function watch(ms: number | 'one-more-delay' | 'first-delay' | 'second-delay' | 'a-moment'): ProducerStep {
  return { do: 'watch', ms }
}

export function unsubscribe(endpointName = 'endpoint'): ProducerStep {
  return { do: 'remove', endpoint: endpointName }
}

/** Sends a request to the registration API. */
export function call(name: string, value: ApiCall): ProducerStep {
  return { do: 'call', name, call: value }
}

/** Opens an endpoint on a port of its own, on which the harness can stop to listen. */
export function endpointOnOwnPort(script: Script, name = 'endpoint'): ProducerStep {
  return { do: 'open', endpoint: name, script, types: 'own', ownPort: true }
}

/** From here on connections to the endpoint are refused. */
export function stopListening(endpointName = 'endpoint'): ProducerStep {
  return { do: 'listen', endpoint: endpointName, on: false }
}

export function listenAgain(endpointName = 'endpoint'): ProducerStep {
  return { do: 'listen', endpoint: endpointName, on: true }
}

/** Exchanges the secret of the endpoint. */
export function rotateSecret(endpointName = 'endpoint'): ProducerStep {
  return { do: 'rotate', endpoint: endpointName }
}

/** Looks for the case's event among the dead letters, and asks for it to be sent once more. */
export function redeliver(endpointName = 'endpoint'): ProducerStep {
  return { do: 'redeliver', endpoint: endpointName }
}

/** The same status to every attempt. */
export function answers(status: number, headers: readonly HeaderLine[] = []): ScriptFunction {
  return () => ({ do: 'answer', status, headers })
}

/** One answer after the other; the last one for all that follow. */
export function inTurn(...scripts: readonly ScriptFunction[]): ScriptFunction {
  return (n, facts) => {
    const script = scripts[Math.min(n, scripts.length - 1)]
    return script ? script(n, facts) : { do: 'answer', status: 200 }
  }
}

/** A scripted answer that is the same for every attempt. */
export function always(answer: ScriptedAnswer): ScriptFunction {
  return () => answer
}
