import type { Control } from '../../attach/control.ts'
import type { Clock } from '../../clock/clock.ts'
import type { HeaderLine } from '../../http/message.ts'
import type { ProxyLens } from '../../http/proxy-lens.ts'
import type { EventStreamPolicy } from '../../profile/profile.ts'
import type { Publish } from './publisher.ts'

/** What the reader of a run has at hand. */
export interface SseServerStage {
  readonly policy: EventStreamPolicy
  /** The stream's URL. */
  readonly url: string
  readonly clock: Clock
  /** Sent with every request to the target. */
  readonly headers: readonly HeaderLine[]
  /** Names of those among them that carry credentials. */
  readonly credentials: readonly string[]
  readonly publish?: Publish
  readonly control?: Control
  /** Longest silence before a comment is due, as this target runs it. */
  readonly heartbeatMs: number
  readonly redact: (text: string) => string
  readonly randomFor: (label: string) => (bytes: number) => Buffer
  readonly remainingMs: () => number
  readonly pace: Pace
  /** What streams are read through. */
  readonly lens?: ProxyLens
  readonly signal?: AbortSignal
}

/** How patient the harness is: learned from the first event that arrived. */
export interface Pace {
  /** From a publication to its arrival. */
  latencyMs: number
}

/** How long an event may take before it is waited for no longer. Never what a verdict of loss rests on alone. */
export function patienceMs({ pace, remainingMs }: SseServerStage): number {
  return Math.min(Math.max(3000, 10 * pace.latencyMs), Math.max(0, remainingMs()))
}
