import type { ProxyLensName } from '../http/proxy-passage.ts'
import type { BaselineInForce } from '../gate/baseline.ts'
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
  readonly artefacts?: { readonly 'transcript.ndjson': string }
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
  readonly role: string
  readonly profile: string
  /** Digest of the profile's document. */
  readonly profileHash: string
  readonly name?: string
  readonly version?: string
  readonly attachment: readonly ('url' | 'control' | 'exec' | 'in-process')[]
}

export interface RunFacts {
  /** RFC 3339. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly seed: number
  readonly clock: 'virtual' | 'scaled' | 'live'
  readonly timeScale: number
  readonly budgetMs: number
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly runtime: string
  readonly platform: string
  /** The proxy that stood between the harness and the target: verdicts are on what its clients get. */
  readonly via?: ProxyLensName
}

export type Counts = Readonly<Record<Outcome, number>>

export interface Summary {
  /** `null` when a MUST is unproven and none failed. */
  readonly conformant: boolean | null
  /** `full` only when every MUST of the role that applies was measured. */
  readonly claim: 'full' | 'partial'
  /** Requirements with a verdict from evidence, of those that apply to the profile. */
  readonly measured: number
  readonly total: number
  /** Verdicts by outcome. */
  readonly counts: Counts
  /** Those of the counts that are provisional. Absent when none is. */
  readonly provisional?: Counts
  readonly byLevel: Readonly<Record<Level, Counts>>
  /** Flags that would measure more, such as `--control URL`, with the number of rules each would measure. */
  readonly unlock: readonly { readonly flag: string; readonly requirements: number }[]
  /** Why nothing, or not all, could be measured: the target is dead, died, or answered nothing. */
  readonly obstacle?: { readonly code: string; readonly fact: string; readonly cure: string }
}

export interface RequirementResult {
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
  /** The failure in a form that is the same from run to run, such as `failed:401`; for what failed, is unproven or faulted. */
  readonly code?: string
  /** The baseline excuses the failure. */
  readonly known?: KnownFailure
  /** The rule or the case is not in the frozen requirement set: the verdict is reported, and held against nobody. */
  readonly provisional?: true
}

export interface KnownFailure {
  readonly reason: string
  readonly issue?: string
  /** The last day on which it is excused, `YYYY-MM-DD`, UTC. */
  readonly expires: string
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
