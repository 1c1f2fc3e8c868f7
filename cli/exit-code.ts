import type { Report } from '../harness/report/report.ts'

/**
 * 0 conformant, 1 not conformant, 3 could not measure.
 *
 * Nothing measured is never 0. A target that could not be measured at all is not accused either; one that died in the
 * middle is, when a rule was broken.
 */
export function exitCodeOf({ summary, verdicts }: Report): 0 | 1 | 3 {
  const { conformant, measured, obstacle } = summary
  if (measured === 0 || verdicts.length === 0 || (obstacle && obstacle.code !== 'died')) return 3
  if (conformant === false) return 1
  // A target that died of a case below MUST, with every MUST shown before, is conformant: the death is among the warnings.
  return conformant === null ? 3 : 0
}

/** The exit code of several reports: not conformant before could not measure before conformant. */
export function worstExitCode(codes: readonly number[]): number {
  return [1, 3].find((code) => codes.includes(code)) ?? Math.max(0, ...codes)
}
