import type { Evidence } from './verdict.ts'

/**
 * What a claim found: a pure function of what was seen.
 *
 * A finding without evidence never holds: a claim that could not look says so with `undecided` and a reason.
 */
export type Finding = DecidedFinding | UndecidedFinding

export interface DecidedFinding {
  readonly holds: boolean
  readonly expected: string
  readonly saw: string
  /** Default `wire`. */
  readonly evidence?: Evidence
}

export interface UndecidedFinding {
  readonly holds: null
  readonly outcome: 'unproven' | 'inapplicable'
  readonly expected: string
  readonly saw: string
  readonly reason: string
}

export function finding(holds: boolean, expected: string, saw: string, evidence: Evidence = 'wire'): Finding {
  return { holds, expected, saw, evidence }
}

/** The situation did not arise although it was staged: counts against a MUST. */
export function unproven(expected: string, reason: string, saw = 'nothing that decides it'): Finding {
  return { holds: null, outcome: 'unproven', expected, saw, reason }
}

/** The rule has nothing to judge here; the reason is always listed. */
export function inapplicable(expected: string, reason: string, saw = 'nothing to judge'): Finding {
  return { holds: null, outcome: 'inapplicable', expected, saw, reason }
}

/** Holds when every part holds; otherwise it is the first part that fails, else the first that is undecided. */
export function all(parts: readonly Finding[]): Finding {
  const [first, ...rest] = parts
  if (!first) return unproven('at least one observation', 'nothing was observed')
  const failed = parts.find((part) => part.holds === false)
  if (failed) return failed
  const undecided = parts.find((part) => part.holds === null)
  if (undecided) return undecided
  const effect = parts.some((part) => part.holds !== null && part.evidence === 'effect')
  if (rest.length === 0) return first
  const distinct = (pick: (part: Finding) => string) => [...new Set(parts.map(pick))].join('; ')
  return finding(true, distinct((part) => part.expected), distinct((part) => part.saw), effect ? 'effect' : 'wire')
}
