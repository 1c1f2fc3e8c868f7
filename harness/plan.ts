import { requirement, type RequirementId } from '../spec/requirements.ts'
import type { Finding } from './claim.ts'
import type { Profile } from './profile/profile.ts'
import type { RoleRules } from './role.ts'
import type { Unmet } from './roles/need.ts'
import { select, type Candidate, type Selection } from './select.ts'
import type { Case, Suite } from './suite.ts'

/** Suites by name: the name is the first half of every case id. */
export type SuiteIndex<Step, Seen, Need extends string> = Readonly<Record<string, Suite<Step, Seen, Need>>>

/** A case as a run knows it. */
export interface PlannedCase<Step, Seen, Need extends string> {
  readonly id: string
  /** `x12`: the prefix of its exchanges, by position among all cases of the profile. */
  readonly label: string
  readonly value: Case<Step, Seen, Need>
  /** The id by which requirement sets know it: its own, or that of its family. */
  readonly frozenAs: string
  /** Ids of the cases that must come out the other way. */
  readonly controls: readonly string[]
  /** Why it is inapplicable here, if it is. */
  readonly unmet?: Unmet
}

/** One verdict to be given. */
export interface PlannedVerdict<Seen> extends Candidate {
  readonly requirement: RequirementId
  readonly claim: (seen: Seen) => Finding
}

export interface Plan<Step, Seen, Need extends string> {
  /** Every case of the profile, by id. */
  readonly cases: ReadonlyMap<string, PlannedCase<Step, Seen, Need>>
  /** What could be judged, before any selection. */
  readonly candidates: readonly Candidate[]
  /** Verdicts that were selected, in order. */
  readonly verdicts: readonly PlannedVerdict<Seen>[]
  /** Cases to play: those of the verdicts, their controls, and the baseline; in the order of the suites. */
  readonly played: readonly PlannedCase<Step, Seen, Need>[]
}

/** All cases of a profile: generated ones too, each with its controls and what it lacks. */
export function casesOf<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }>(
  role: RoleRules<Need, Situation>,
  suites: SuiteIndex<Step, Seen, Need>,
  situation: Situation,
): ReadonlyMap<string, PlannedCase<Step, Seen, Need>> {
  const cases = new Map<string, PlannedCase<Step, Seen, Need>>()
  for (const [suiteName, suite] of Object.entries(suites)) {
    const values = typeof suite.cases === 'function' ? suite.cases(situation.profile) : suite.cases
    for (const [key, value] of Object.entries(values)) {
      const id = `${suiteName}/${key}`
      const unmet = role.unmet(list(value.needs), situation)
      const controls = list(value.control).map((name) => (name.includes('/') ? name : `${suiteName}/${name}`))
      cases.set(id, { id, label: `x${cases.size + 1}`, value, frozenAs: `${suiteName}/${value.family ?? key}`, controls, ...(unmet ? { unmet } : {}) })
    }
  }
  return cases
}

/** What a run plays and judges. @throws HarnessError for a selection that matches nothing. */
export function planRun<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }>(
  role: RoleRules<Need, Situation>,
  suites: SuiteIndex<Step, Seen, Need>,
  situation: Situation,
  selection: Selection,
): Plan<Step, Seen, Need> {
  const cases = casesOf(role, suites, situation)
  const candidates = [...cases.values()].flatMap(({ id, value }) =>
    Object.entries(value.then ?? {}).map(([key, claim]) => {
      const name = key as RequirementId // keys of `then` are RequirementIds by its type
      return { case: id, requirement: name, level: requirement(name).level, claim }
    }),
  )
  const verdicts = select(candidates, selection)
  const wanted = new Set<string>()
  const want = (id: string) => {
    if (wanted.has(id)) return
    wanted.add(id)
    for (const control of cases.get(id)?.controls ?? []) want(control)
  }
  for (const id of role.baseline) want(id)
  for (const verdict of verdicts) want(verdict.case)
  const played = [...cases.values()].filter(({ id, unmet }) => wanted.has(id) && !unmet)
  return { cases, candidates, verdicts, played }
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T] // the array branch is excluded above
}
