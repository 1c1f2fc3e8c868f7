import type { Report, Verdict } from './report.ts'

/** How a verdict reads where only a gate's words exist. A warning passes, for a SHOULD must not turn a gate red. */
export type Reading = 'passed' | 'failure' | 'error' | 'skipped' | 'warning'

/**
 * MUST failed is a failure; MUST unproven and anything faulted is an error; inapplicable, and unproven below MUST, is
 * skipped; failed below MUST is a warning. What the baseline excuses is skipped, and what is provisional a warning at most.
 */
export function readingOf({ outcome, level, known, provisional }: Pick<Verdict, 'outcome' | 'level' | 'known' | 'provisional'>): Reading {
  if (known) return 'skipped'
  if (provisional && outcome !== 'passed') return outcome === 'failed' ? 'warning' : 'skipped'
  switch (outcome) {
    case 'passed':
      return 'passed'
    case 'failed':
      return level === 'MUST' ? 'failure' : 'warning'
    case 'unproven':
      return level === 'MUST' ? 'error' : 'skipped'
    case 'inapplicable':
      return 'skipped'
    case 'faulted':
      return 'error'
  }
}

/** Whether the run needs an entry of its own that is red, since its verdicts alone could read as green: it met an obstacle, or saw nothing. */
export function sawTooLittle({ summary, verdicts }: Report): boolean {
  return summary.obstacle !== undefined || verdicts.length === 0
}
