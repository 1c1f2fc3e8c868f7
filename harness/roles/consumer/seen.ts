import type { HeaderLine } from '../../http/message.ts'
import type { Profile, StatusPattern } from '../../profile/profile.ts'
import type { EventRef } from './vocabulary.ts'

/** What an answer means to a sender, by the profile. */
export type Meaning = 'accepted' | 'refused' | 'redirected' | 'server-error' | 'throttled' | 'other' | 'none'

/** An answer to one delivery, or its absence. */
export interface Reply {
  /** Id of the exchange in the transcript. */
  readonly exchange: string
  /** Name of the event that was delivered. */
  readonly event: string
  readonly meaning: Meaning
  readonly status?: number
  readonly headers: readonly HeaderLine[]
  /** At most the recorded part of the body, as text. */
  readonly body: string
  /** Of a challenge: `right`, or what is wrong with its answer. */
  readonly handshake?: string
  /** Why there is no status. */
  readonly fault?: string
  readonly detail?: string
  /** Milliseconds from the last byte of the request to the header section of the answer. */
  readonly latencyMs?: number
}

/** What the target answers to three known situations: learned first, assumed never. */
export interface Baseline {
  readonly untouched?: Reply
  readonly forged?: Reply
  readonly unreadable?: Reply
}

/** Everything that a claim of the role `consumer` may read. */
export interface ConsumerSeen {
  readonly profile: Profile
  /** Answers in the order in which the deliveries were made. */
  readonly replies: readonly Reply[]
  /** The last answer: the only one in a case with one delivery. */
  readonly reply: Reply
  /** How often an event took effect by the end of the run; undefined when effects cannot be seen. */
  readonly effects: (event: EventRef) => number | undefined
  readonly baseline: Baseline
  /** Every answer of the run that was a 429, this case's or not. */
  readonly throttled: readonly Reply[]
  /** Answers of the whole run, for what must never be in any. */
  readonly everyReply: readonly Reply[]
  readonly deadlineMs: number
  /** The largest delay of the harness itself that was measured in this run. */
  readonly lagMs: number
}

/** Whether a status is one of the patterns. */
export function matchesStatus(status: number, patterns: readonly StatusPattern[]): boolean {
  return patterns.some((pattern) => (typeof pattern === 'number' ? pattern === status : pattern.startsWith(String(Math.floor(status / 100)))))
}

export function meaningOf(status: number | undefined, profile: Profile): Meaning {
  if (status === undefined) return 'none'
  if (matchesStatus(status, profile.acknowledgement.success)) return 'accepted'
  if (status === (profile.rateLimit?.status ?? 429)) return 'throttled'
  if (status >= 300 && status < 400) return 'redirected'
  if (status >= 400 && status < 500) return 'refused'
  return status >= 500 ? 'server-error' : 'other'
}
