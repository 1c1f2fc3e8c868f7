import type { Effect } from '../attach/control.ts'
import type { ExchangeFault, HeaderLine } from '../http/message.ts'
import type { Baseline } from '../gate/baseline.ts'
import type { Profile } from '../profile/profile.ts'
import type { Lag, Obstacle, RunConditions, SuiteIdentity, TargetIdentity } from '../report/report.ts'
import type { ClientOffers } from '../roles/sse-client/needs.ts'
import type { Instant, WholeNumber } from '../scalars.ts'
import type { Selection } from '../select.ts'
import type { ClientTranscriptLine } from './client-line.ts'
import type { PartLine } from './part-line.ts'
import type { SseServerLine, StreamOffers } from './stream-line.ts'

/**
 * One line of `transcript.ndjson`: what was sent and seen, and nothing that was concluded.
 *
 * The first line is `run`, the last `end`; the others stand in the order of the plan, whatever ran side by side.
 */
export type TranscriptLine = RunLine | ExchangeLine | CaseLine | EffectsLine | AttemptLine | EmissionLine | EndpointLine | SseServerLine | ClientTranscriptLine | PartLine | EndLine

export interface RunLine {
  readonly kind: 'run'
  readonly transcript: 1
  readonly suite: SuiteIdentity
  readonly target: TargetIdentity
  readonly profile: Profile
  readonly run: RunConditions
  /** What the attachment offers, and the tag that the secret signs with. */
  readonly offers: { readonly effects: boolean; readonly faults: boolean; readonly tag: string; readonly subscriptions?: boolean; readonly ownApi?: boolean; readonly emits?: boolean; readonly ownPorts?: boolean; readonly client?: ClientOffers; readonly stream?: StreamOffers }
  readonly deadlineMs: number
  readonly selection: Selection
  /** The known failures that the run was given. */
  readonly baseline?: Baseline
}

export interface ExchangeLine {
  readonly kind: 'exchange'
  /** @minLength 1 */
  readonly id: string
  readonly case: string
  /** Name of the event within the case. */
  readonly event: string
  /** Identities that the delivery could be taken for. */
  readonly ids: readonly string[]
  readonly request: { readonly method: string; readonly url: string; readonly headers: readonly HeaderLine[]; readonly body: RecordedBody; readonly framing?: string }
  readonly startedMs: number
  readonly flushedMs?: number
  readonly repliedMs?: number
  readonly endedMs: number
  readonly reply?: { readonly status: WholeNumber; readonly reason: string; readonly headers: readonly HeaderLine[]; readonly body: RecordedBody; readonly truncated: boolean }
  readonly fault?: ExchangeFault
  readonly detail?: string
  /** Of a challenge: `right`, or what is wrong with its answer. Judged at once, since the secret is in no transcript. */
  readonly handshake?: string
  /** The exchange was repeated, because of a 429 or a broken connection, and does not count as the case's. */
  readonly superseded?: boolean
}

/** Bytes as text where they are UTF-8, else as base64; long bodies are cut and carry their digest. */
export interface RecordedBody {
  readonly text?: string
  readonly base64?: string
  readonly bytes: WholeNumber
  readonly sha256?: string
}

export interface CaseLine {
  readonly kind: 'case'
  readonly case: string
  /** `died`: the target answered before the case and no longer after it. `over-budget`: it waits longer than the run may. */
  readonly state: 'played' | 'died' | 'not-played' | 'over-budget'
  readonly reason?: string
  /** Nothing else was in flight while it was played. */
  readonly alone: boolean
  /** It stopped watching before its end: the budget of the run was spent, or there was none for it. */
  readonly cutShort?: boolean
  readonly startedMs: number
  readonly endedMs: number
}

export interface EffectsLine {
  readonly kind: 'effects'
  readonly effects: readonly Effect[]
}

/** One attempt of a producer, as the capture saw it. */
export interface AttemptLine {
  readonly kind: 'attempt'
  readonly id: string
  readonly case: string
  /** Name of the endpoint within the case; `stray` for a URL that was never subscribed. */
  readonly endpoint: string
  /** Name and number of the case's event that it carries; absent for any other. */
  readonly event?: string
  readonly number?: WholeNumber
  readonly request: { readonly method: string; readonly target: string; readonly headers: readonly HeaderLine[]; readonly body: RecordedBody }
  /** It is a challenge of the profile, and no delivery. */
  readonly handshake?: string
  readonly bodyDigest: string
  /** Value of the deduplication field, and text of the timestamp field. */
  readonly identity?: string
  readonly timestamp?: string
  readonly timestampAgeMs?: number
  /** `verified` or why not: computed at arrival, since the secret is in no transcript. */
  readonly signature: string
  /** The same by the secret that a rotation brought, where there was one. */
  readonly rotatedSignature?: string
  /** It verifies with the secret of another endpoint. */
  readonly foreignKey: boolean
  readonly arrivedMs: number
  /** The whole request was read; its answer is later than that. */
  readonly completedMs?: number
  readonly closedMs?: number
  readonly closedBy?: 'sender' | 'harness'
  readonly answer: string
  readonly answerStatus?: WholeNumber
}

/** One event that the target was made to emit. */
export interface EmissionLine {
  readonly kind: 'emission'
  readonly case: string
  readonly event: string
  readonly number: WholeNumber
  readonly type: string
  readonly beforeMs: number
  readonly afterMs: number
  readonly accepted: boolean
  readonly detail?: string
}

/** One endpoint of a case and what became of its subscription. */
export interface EndpointLine {
  readonly kind: 'endpoint'
  readonly case: string
  readonly name: string
  readonly url: string
  readonly id?: string
  readonly refused?: string
  readonly removedMs?: number
  /** Connections to its port were refused from here on, and accepted again from there on. */
  readonly silentFromMs?: number
  readonly silentUntilMs?: number
  /** Length of the key that the producer made itself. */
  readonly madeSecretBytes?: WholeNumber
  /** The producer made the same secret for another endpoint of the case. */
  readonly sharesSecret?: boolean
}

export interface EndLine {
  readonly kind: 'end'
  readonly finishedAt: Instant
  readonly lagMs: Lag
  readonly obstacle?: Obstacle
}
