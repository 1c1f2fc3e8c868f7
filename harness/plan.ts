import { requirement, type RequirementId } from '../spec/requirements.ts'
import type { Finding } from './claim.ts'
import type { Profile } from './profile/profile.ts'
import { baselineCases } from './roles/consumer/role.ts'
import { unmetNeed, type Situation } from './roles/consumer/needs.ts'
import type { ConsumerSeen } from './roles/consumer/seen.ts'
import type { ConsumerCase, ConsumerSuite } from './roles/consumer/vocabulary.ts'
import { select, type Candidate, type Selection } from './select.ts'

/** Suites by name: the name is the first half of every case id. */
export type SuiteIndex = Readonly<Record<string, ConsumerSuite>>

/** A case as a run knows it. */
export interface PlannedCase {
  readonly id: string
  /** `x12`: the prefix of its exchanges, by position among all cases of the profile. */
  readonly label: string
  readonly value: ConsumerCase
  /** Ids of the cases that must come out the other way. */
  readonly controls: readonly string[]
  /** Why it is inapplicable here, if it is. */
  readonly unmet?: { readonly reason: string; readonly flag?: string }
}

/** One verdict to be given. */
export interface PlannedVerdict extends Candidate {
  readonly requirement: RequirementId
  readonly claim: (seen: ConsumerSeen) => Finding
}

export interface Plan {
  /** Every case of the profile, by id. */
  readonly cases: ReadonlyMap<string, PlannedCase>
  /** Verdicts that were selected, in order. */
  readonly verdicts: readonly PlannedVerdict[]
  /** Cases to play: those of the verdicts, their controls, and the baseline; in the order of the suites. */
  readonly played: readonly PlannedCase[]
}

/** All cases of a profile: generated ones too, each with its controls and what it lacks. */
export function casesOf(suites: SuiteIndex, profile: Profile, situation: Situation): ReadonlyMap<string, PlannedCase> {
  const cases = new Map<string, PlannedCase>()
  for (const [suiteName, suite] of Object.entries(suites)) {
    const values = typeof suite.cases === 'function' ? suite.cases(profile) : suite.cases
    for (const [key, value] of Object.entries(values)) {
      const id = `${suiteName}/${key}`
      const unmet = unmetNeed(list(value.needs), situation)
      const controls = list(value.control).map((name) => (name.includes('/') ? name : `${suiteName}/${name}`))
      cases.set(id, { id, label: `x${cases.size + 1}`, value, controls, ...(unmet ? { unmet } : {}) })
    }
  }
  return cases
}

/** What a run plays and judges. @throws HarnessError for a selection that matches nothing. */
export function planRun(suites: SuiteIndex, profile: Profile, situation: Situation, selection: Selection): Plan {
  const cases = casesOf(suites, profile, situation)
  const candidates = [...cases.values()].flatMap(({ id, value }) =>
    Object.entries(value.then ?? {}).map(([key, claim]) => {
      const name = key as RequirementId // keys of `then` are RequirementIds by its type
      return { case: id, requirement: name, level: requirement(name).level, claim }
    }),
  )
  const verdicts = select(candidates, selection)
  const wanted = new Set<string>(Object.values(baselineCases))
  const want = (id: string) => {
    if (wanted.has(id)) return
    wanted.add(id)
    for (const control of cases.get(id)?.controls ?? []) want(control)
  }
  for (const verdict of verdicts) want(verdict.case)
  const played = [...cases.values()].filter(({ id, unmet }) => wanted.has(id) && !unmet)
  return { cases, verdicts, played }
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T] // the array branch is excluded above
}
