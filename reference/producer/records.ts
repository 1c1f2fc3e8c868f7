import type { Json } from '../../harness/profile/json-pointer.ts'
import type { HeaderLine } from '../../harness/http/message.ts'

/** A subscription: where to deliver what, and how its attempts went so far. Times are milliseconds since the epoch. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly secret: string
  /** The secret before this one, which signs as well until then. */
  readonly previous?: { readonly secret: string; readonly until: number }
  /** Exact names; absent means all. */
  readonly types?: readonly string[]
  /** Members of an event's data with the values that they must have. */
  readonly filter?: Readonly<Record<string, Json>>
  readonly createdAt: number
  /** The endpoint said that it is gone for good, or has failed for too long. */
  readonly disabled: boolean
  /** End of the first failed attempt since the last success. */
  readonly failingSince?: number
  /** A delivery was given up, and no attempt has succeeded since. */
  readonly failing: boolean
  readonly attempts: number
  readonly failures: number
  readonly lastSuccessAt?: number
  readonly lastFailureAt?: number
}

/** An event as it is sent: what every attempt has in common is made once, when it is published. */
export interface PublishedEvent {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly headers: readonly HeaderLine[]
  /** UTF-8; these characters are the bytes of every attempt. */
  readonly body: string
}

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly event: string
  readonly endpoint: string
  /** Attempts that have ended. */
  readonly attempts: number
  readonly dueAt: number
  readonly firstAttemptAt?: number
}

export type GivenUp = 'attempts_exhausted' | 'permanent_status' | 'endpoint_disabled'

/** A delivery that was given up, for somebody to look at. */
export interface DeadLetter {
  readonly id: string
  readonly endpoint: string
  readonly event: PublishedEvent
  readonly reason: GivenUp
  readonly attempts: number
  readonly firstAttemptAt?: number
  readonly lastAttemptAt?: number
  /** The last status, or what became of the connection. */
  readonly lastError?: string
}

/** What became of an attempt: the end of the delivery, or the time of the next one. */
export type Consequence = { readonly kind: 'acknowledged' } | { readonly kind: 'retry'; readonly dueAt: number } | { readonly kind: 'given-up'; readonly reason: GivenUp }

/** One line of the journal. The state of a producer is what its records add up to. */
export type ProducerRecord =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly kind: 'removed'; readonly endpoint: string }
  | { readonly kind: 'published'; readonly event: PublishedEvent; readonly endpoints: readonly string[] }
  | {
      readonly kind: 'attempted'
      readonly event: string
      readonly endpoint: string
      readonly startedAt: number
      readonly endedAt: number
      readonly error?: string
      readonly then: Consequence
    }
  | { readonly kind: 'redelivered'; readonly letter: string; readonly at: number }
  | { readonly kind: 'reset' }
  // Only in a journal that was written anew:
  | { readonly kind: 'known'; readonly events: readonly string[] }
  | { readonly kind: 'pending'; readonly event: PublishedEvent; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'dead-letter'; readonly letter: DeadLetter }
