import type { Plan } from './plan.ts'
import type { Profile } from './profile/profile.ts'
import type { Diagnosis, Verdict } from './report/report.ts'
import type { Unmet } from './roles/need.ts'
import type { CaseLine, RunLine, TranscriptLine } from './transcript/line.ts'

export type RoleName = 'consumer' | 'producer' | 'sse-server' | 'sse-client'

/** What the kernel has to know of a role in order to plan its cases. */
export interface RoleRules<Need extends string, Situation> {
  readonly name: RoleName
  /** Cases that a run plays first and always: what it learns from. */
  readonly baseline: readonly string[]
  /** The first need that a situation does not meet. */
  readonly unmet: (wanted: readonly Need[], situation: Situation) => Unmet | undefined
}

/** What the kernel has to know of a role in order to judge a transcript. `Witness` is the transcript, sorted by what claims ask for. */
export interface Role<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness> extends RoleRules<Need, Situation> {
  readonly situationOf: (run: RunLine) => Situation
  readonly witness: (lines: readonly TranscriptLine[]) => Witness
  readonly caseLine: (witness: Witness, id: string) => CaseLine | undefined
  /** Ids of the transcript's lines that a verdict rests on. */
  readonly evidenceOf: (witness: Witness, id: string) => readonly string[]
  readonly seen: (witness: Witness, id: string) => Seen | undefined
  /** Whether a failure needs no control: a control guards the green. */
  readonly provesItself: (seen: Seen, failingControls: readonly string[]) => boolean
  readonly diagnose: (verdicts: readonly Verdict[], plan: Plan<Step, Seen, Need>, witness: Witness) => readonly Diagnosis[]
}
