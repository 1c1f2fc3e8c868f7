import type { Report, Verdict } from '../report/report.ts'
import { staleEntries, type FoundEntry } from './baseline.ts'

/** What a gate looks at: everything that stands against the target and is not excused. */
export interface Gate {
  /** MUSTs that failed and that no entry of the baseline names. */
  readonly failed: readonly Verdict[]
  /** MUSTs without a verdict from evidence that no entry of the baseline names. */
  readonly open: readonly Verdict[]
  /** Failures that an entry excuses, of any level. */
  readonly known: readonly Verdict[]
  readonly stale: readonly FoundEntry[]
}

/** What the gate sees of a report. A stale entry still names its verdict: that is told as stale, not as a new failure. */
export function gateOf({ verdicts, baseline }: Report): Gate {
  const named = new Set(baseline?.entries.map((entry) => `${entry.case} ${entry.requirement}`))
  const must = verdicts.filter((verdict) => verdict.level === 'MUST' && verdict.provisional !== true && !named.has(`${verdict.case} ${verdict.requirement}`))
  return {
    failed: must.filter(({ outcome }) => outcome === 'failed'),
    open: must.filter(({ outcome }) => outcome === 'unproven' || outcome === 'faulted'),
    known: verdicts.filter(({ known }) => known !== undefined),
    stale: staleEntries(baseline),
  }
}
