import type { ProxyLensName } from '../http/proxy-passage.ts'
import type { BaselineInForce } from '../gate/baseline.ts'
import type { Day, Digest, FailureCode, Instant, WholeNumber } from '../scalars.ts'
import type { Selection } from '../select.ts'
import type { Evidence, Level, Outcome } from '../verdict.ts'

/** `report.json`, version 1: what a run found, as a pure function of its transcript. */
export interface Report {
  readonly report: 1
  readonly suite: SuiteIdentity
  readonly target: TargetIdentity
  readonly run: RunFacts
  readonly summary: Summary
  readonly requirements: readonly RequirementResult[]
  readonly verdicts: readonly Verdict[]
  /** Requirements that nothing on the wire and no effect can show, each with its reason. */
  readonly exceptions: readonly { readonly id: string; readonly reason: string }[]
  /** What explains many failures at once, such as a body that was parsed before it was verified. */
  readonly diagnoses: readonly Diagnosis[]
  /** What the selection left out, each with the flag that did. Absent when that is nothing. */
  readonly skipped?: readonly Skip[]
  /** The baseline of the run: known failures, each with what became of it. */
  readonly baseline?: BaselineInForce
  /** Digests of what the report was computed from. */
  readonly artefacts?: { readonly 'transcript.ndjson': Digest }
}

export interface SuiteIdentity {
  readonly name: string
  readonly version: string
  readonly specVersion: string
  /** Digest of the ids and levels of the requirements. */
  readonly requirementSet: string
  /** Digest of the chapters. */
  readonly specHash: string
}

export interface TargetIdentity {
  readonly url: string
  /** @TJS-enum ["consumer", "producer", "sse-server", "sse-client", "feed-server", "feed-client"] */
  readonly role: string
  readonly profile: string
  /** Digest of the profile's document. */
  readonly profileHash: Digest
  readonly name?: string
  readonly version?: string
  readonly attachment: readonly ('url' | 'control' | 'exec' | 'in-process')[]
}

/** What is certain of a run when it begins. */
export interface RunConditions {
  readonly startedAt: Instant
  /** @TJS-type integer */
  readonly seed: number
  readonly clock: 'virtual' | 'scaled' | 'live'
  /** @exclusiveMinimum 0 */
  readonly timeScale: number
  /** @minimum 0 */
  readonly budgetMs: number
  readonly runtime: string
  readonly platform: string
  /** The proxy that stood between the harness and the target: verdicts are on what its clients get. */
  readonly via?: ProxyLensName
}

export interface RunFacts extends RunConditions {
  readonly finishedAt: Instant
  readonly lagMs: Lag
  /** The runs that a merged one joins, each of which measured a part. Absent for one that was not merged. */
  readonly parts?: readonly PartFacts[]
}

/** One of the runs that a merged one joins. */
export interface PartFacts extends RunConditions {
  /** The prefix of its exchanges, such as `p1`. */
  readonly part: string
  readonly finishedAt: Instant
  readonly lagMs: Lag
  readonly attachment: TargetIdentity['attachment']
  /** What it selected. */
  readonly selection: Selection
  readonly obstacle?: Obstacle
  /** Digest of the transcript that it wrote itself. */
  readonly transcript: Digest
}

/** How much later than it was due a timer of the harness went off in this run. */
export interface Lag {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** A number for each outcome. */
export interface Counts {
  readonly passed: WholeNumber
  readonly failed: WholeNumber
  readonly unproven: WholeNumber
  readonly inapplicable: WholeNumber
  readonly faulted: WholeNumber
}

export interface LevelCounts {
  readonly MUST: Counts
  readonly SHOULD: Counts
  readonly MAY: Counts
}

export interface Summary {
  /** `null` when a MUST is unproven and none failed. */
  readonly conformant: boolean | null
  /** `full` only when every MUST of the role that applies was measured. */
  readonly claim: 'full' | 'partial'
  /** Requirements with a verdict from evidence, of those that apply to the profile. */
  readonly measured: WholeNumber
  readonly total: WholeNumber
  /** Verdicts by outcome. */
  readonly counts: Counts
  /** Those of the counts that are provisional. Absent when none is. */
  readonly provisional?: Counts
  readonly byLevel: LevelCounts
  /** Flags that would measure more, such as `--control URL`, with the number of rules each would measure. */
  readonly unlock: readonly { readonly flag: string; readonly requirements: WholeNumber }[]
  /** Why nothing, or not all, could be measured: the target is dead, died, or answered nothing. */
  readonly obstacle?: Obstacle
}

export interface Obstacle {
  readonly code: string
  readonly fact: string
  readonly cure: string
}

export interface RequirementResult {
  /** @pattern ^[a-z0-9]+(-[a-z0-9]+)*$ */
  readonly id: string
  readonly level: Level
  readonly role: string
  readonly sentence: string
  readonly outcome: Outcome
  readonly cases: readonly string[]
  /** The rule is not in the frozen requirement set of the specification version: reported, and held against nobody. */
  readonly provisional?: true
}

export interface Verdict {
  readonly case: string
  /** The title of the case: the situation that was staged. */
  readonly title: string
  readonly requirement: string
  readonly level: Level
  readonly outcome: Outcome
  readonly evidence: Evidence
  readonly expected: string
  readonly saw: string
  /** Why the outcome is neither passed nor failed. */
  readonly reason?: string
  /** Ids of the exchanges in the transcript that the verdict rests on. */
  readonly exchanges: readonly string[]
  readonly startedMs: number
  readonly durationMs: number
  /** The part of a merged run that it comes from. */
  readonly part?: string
  /** Another part judged it otherwise, and not as bad. */
  readonly disputed?: true
  /** For what failed, is unproven or faulted. */
  readonly code?: FailureCode
  /** The baseline excuses the failure. */
  readonly known?: KnownFailure
  /** The rule or the case is not in the frozen requirement set: the verdict is reported, and held against nobody. */
  readonly provisional?: true
}

export interface KnownFailure {
  readonly reason: string
  readonly issue?: string
  /** The last day on which it is excused. */
  readonly expires: Day
}

export interface Skip {
  readonly case: string
  readonly requirement: string
  readonly reason: string
}

export interface Diagnosis {
  readonly code: string
  readonly fact: string
  readonly cure: string
  /** Cases that show it. */
  readonly cases: readonly string[]
}
