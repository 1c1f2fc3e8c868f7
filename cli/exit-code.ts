import { gateOf } from '../harness/gate/gate.ts'
import type { Report } from '../harness/report/report.ts'

/**
 * 0 conformant, 1 not conformant, 3 could not measure, 4 stale baseline.
 *
 * Nothing measured is never 0. A target that could not be measured at all is not accused either; one that died in the
 * middle is, when a rule was broken. With a baseline, what it excuses does not count, and a failure that it does not name
 * comes before an entry that no longer holds.
 */
export function exitCodeOf(report: Report): 0 | 1 | 3 | 4 {
  const { conformant, measured, obstacle } = report.summary
  if (measured === 0 || report.verdicts.length === 0 || (obstacle && obstacle.code !== 'died')) return 3
  if (report.baseline) {
    const { failed, open, stale } = gateOf(report)
    return failed.length > 0 ? 1 : stale.length > 0 ? 4 : open.length > 0 ? 3 : 0
  }
  if (conformant === false) return 1
  // A target that died of a case below MUST, with every MUST shown before, is conformant: the death is among the warnings.
  return conformant === null ? 3 : 0
}

/** The exit code of several reports: not conformant before a stale baseline before could not measure before conformant. */
export function worstExitCode(codes: readonly number[]): number {
  return [1, 4, 3].find((code) => codes.includes(code)) ?? Math.max(0, ...codes)
}
