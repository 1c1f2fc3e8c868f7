import type { Diagnosis, Skip, Verdict } from './report/report.ts'
import type { Unmet } from './roles/need.ts'
import type { Candidate } from './select.ts'

/** What the transcript of one run says of its cases, before a baseline excuses anything. */
export interface Judged {
  /** In the order of the plan. */
  readonly verdicts: readonly Verdict[]
  /** What could have been judged, before any selection. */
  readonly candidates: readonly Candidate[]
  readonly skipped: readonly Skip[]
  /** The selection leaves every MUST in. */
  readonly whole: boolean
  /** What each case lacks, by its id. */
  readonly lacking: ReadonlyMap<string, { readonly unmet?: Unmet }>
  readonly diagnoses: readonly Diagnosis[]
}
