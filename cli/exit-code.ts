import type { Report } from '../harness/report/report.ts'

/** 0 conformant, 1 not conformant, 3 could not measure. Nothing measured is never 0. */
export function exitCodeOf({ summary, verdicts }: Report): 0 | 1 | 3 {
  if (summary.conformant === false) return 1
  if (summary.conformant === null || summary.obstacle || summary.measured === 0 || verdicts.length === 0) return 3
  return 0
}
