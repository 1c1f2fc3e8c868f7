import { HarnessError } from './errors.ts'
import type { Level } from './verdict.ts'

/** Which verdicts are wanted. Patterns name cases, suites or requirements; `*` stands for any characters. */
export interface Selection {
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly levels: readonly Level[]
}

/** What a pattern is held against: one case and one rule that it is evidence for. */
export interface Candidate {
  readonly case: string
  readonly requirement: string
  readonly level: Level
}

export const everything: Selection = { only: [], skip: [], levels: [] }

/**
 * The candidates that a selection leaves, in their order.
 *
 * A pattern matches the whole of `suite/case`, of the suite's name, or of the requirement's id.
 * @throws HarnessError `unmatched-pattern` for a pattern that matches nothing, `empty-selection` when nothing is left.
 */
export function select<T extends Candidate>(candidates: readonly T[], selection: Selection): readonly T[] {
  for (const pattern of [...selection.only, ...selection.skip]) {
    if (!candidates.some((candidate) => matches(pattern, candidate))) {
      throw new HarnessError('unmatched-pattern', `the pattern "${pattern}" matches no case and no requirement`, `Look the names up with: conformance list${near(pattern, candidates)}`)
    }
  }
  const left = candidates.filter(
    (candidate) =>
      (selection.only.length === 0 || selection.only.some((pattern) => matches(pattern, candidate))) &&
      !selection.skip.some((pattern) => matches(pattern, candidate)) &&
      (selection.levels.length === 0 || selection.levels.includes(candidate.level)),
  )
  if (left.length === 0) {
    throw new HarnessError('empty-selection', 'the selection leaves no case to play', 'Widen --only, --skip or --level; conformance list shows what there is.')
  }
  return left
}

/** The candidates that a selection leaves out, each with the flag that did. */
export function leftOut(candidates: readonly Candidate[], { only, skip, levels }: Selection): readonly { readonly case: string; readonly requirement: string; readonly reason: string }[] {
  return candidates.flatMap((candidate) => {
    const skipped = skip.find((pattern) => matches(pattern, candidate))
    const reason =
      skipped !== undefined ? `left out by --skip ${skipped}`
      : only.length > 0 && !only.some((pattern) => matches(pattern, candidate)) ? 'not among --only'
      : levels.length > 0 && !levels.includes(candidate.level) ? `not of --level ${levels.join(', ')}`
      : undefined
    return reason === undefined ? [] : [{ case: candidate.case, requirement: candidate.requirement, reason }]
  })
}

/** Whether a selection leaves every rule of the level MUST in. */
export function leavesEveryMust({ only, skip, levels }: Selection): boolean {
  return only.length === 0 && skip.length === 0 && (levels.length === 0 || levels.includes('MUST'))
}

/** The part of a selection that speaks of these candidates: patterns that match none of them are left out. */
export function selectionAmong(candidates: readonly Candidate[], { only, skip, levels }: Selection): Selection {
  const speaks = (pattern: string) => candidates.some((candidate) => matches(pattern, candidate))
  return { only: only.filter(speaks), skip: skip.filter(speaks), levels }
}

function matches(pattern: string, { case: id, requirement }: Candidate): boolean {
  const expression = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
  return [id, requirement, id.split('/')[0] ?? id].some((name) => expression.test(name))
}

function near(pattern: string, candidates: readonly Candidate[]): string {
  const words = pattern.split(/[^a-z0-9]+/i).filter((word) => word.length > 3)
  const names = new Set(candidates.flatMap((candidate) => [candidate.requirement, candidate.case]))
  const close = [...names].filter((name) => words.some((word) => name.includes(word))).slice(0, 3)
  return close.length > 0 ? `; near it: ${close.join(', ')}` : ''
}
