import { fullestSituation } from '../harness/fullest-situation.ts'
import { casesOf, type PlannedCase } from '../harness/plan.ts'
import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import { consumerRole } from '../harness/roles/consumer/role.ts'
import { producerRole } from '../harness/roles/producer/role.ts'
import { sseClientRole } from '../harness/roles/sse-client/role.ts'
import { sseServerRole } from '../harness/roles/sse-server/role.ts'
import { select, type Candidate, type Selection } from '../harness/select.ts'
import { requirement, type RequirementId } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'

/** A suite with the cases of it that were selected. */
export interface PlannedSuite {
  readonly id: string
  readonly title: string
  readonly cases: readonly PlannedTest[]
}

/** A case with the rules that it is judged by. */
export interface PlannedTest {
  /** `suite/case`. */
  readonly id: string
  readonly title: string
  readonly requirements: readonly string[]
}

/** What a run judges, known before there is a target: cases depend on role and profile alone. */
export interface PlannedTests {
  readonly suites: readonly PlannedSuite[]
  /** Whether the suites have this case as evidence for this rule, whatever the selection leaves. */
  judges(caseId: string, requirement: string): boolean
}

/** @throws HarnessError for a selection that matches nothing, or leaves nothing. */
export function plannedTests(role: RoleName, profile: Profile, selection: Selection): PlannedTests {
  const candidates = candidatesOf(role, profile)
  const left = select(candidates, selection)
  const planned = Object.entries(suites[role]).map(([id, { title }]) => ({ id, title, cases: testsOf(left.filter((each) => each.case.startsWith(`${id}/`))) }))
  const known = new Set(candidates.map((each) => `${each.case} ${each.requirement}`))
  return { suites: planned.filter(({ cases }) => cases.length > 0), judges: (caseId, rule) => known.has(`${caseId} ${rule}`) }
}

type TitledCandidate = Candidate & { readonly title: string }

function candidatesOf(role: RoleName, profile: Profile): readonly TitledCandidate[] {
  switch (role) {
    case 'producer':
      return [...casesOf(producerRole, suites.producer, fullestSituation.producer(profile)).values()].flatMap(rulesOf)
    case 'sse-server':
      return [...casesOf(sseServerRole, suites['sse-server'], fullestSituation['sse-server'](profile)).values()].flatMap(rulesOf)
    case 'sse-client':
      return [...casesOf(sseClientRole, suites['sse-client'], fullestSituation['sse-client'](profile)).values()].flatMap(rulesOf)
    default:
      return [...casesOf(consumerRole, suites.consumer, fullestSituation.consumer(profile)).values()].flatMap(rulesOf)
  }
}

function rulesOf<Step, Seen, Need extends string>({ id, value }: PlannedCase<Step, Seen, Need>): readonly TitledCandidate[] {
  // Keys of `then` are requirement ids by its type.
  return (Object.keys(value.then ?? {}) as RequirementId[]).map((name) => ({ case: id, title: value.title, requirement: name, level: requirement(name).level }))
}

function testsOf(candidates: readonly TitledCandidate[]): readonly PlannedTest[] {
  const byCase = new Map<string, PlannedTest>()
  for (const { case: id, title, requirement: rule } of candidates) byCase.set(id, { id, title, requirements: [...(byCase.get(id)?.requirements ?? []), rule] })
  return [...byCase.values()]
}
