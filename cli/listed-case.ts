import { liveClock } from '../harness/clock/live-clock.ts'
import { fullestSituation } from '../harness/fullest-situation.ts'
import { casesOf, type PlannedCase } from '../harness/plan.ts'
import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import { consumerRole } from '../harness/roles/consumer/role.ts'
import { producerRole } from '../harness/roles/producer/role.ts'
import { producerStepWords } from '../harness/roles/producer/step-words.ts'
import { sseClientRole } from '../harness/roles/sse-client/role.ts'
import { sseClientStepWords } from '../harness/roles/sse-client/step-words.ts'
import { sseServerRole } from '../harness/roles/sse-server/role.ts'
import { sseServerStepWords } from '../harness/roles/sse-server/step-words.ts'
import type { Candidate } from '../harness/select.ts'
import { requirement, type RequirementId } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'
import { rolesWritten } from './roles.ts'
import { stepWords } from './step-words.ts'

/** A case with the rules that it is evidence for, told the same way for every role. */
export interface ListedCase {
  readonly role: RoleName
  readonly id: string
  /** The id by which requirement sets know it. */
  readonly frozenAs: string
  readonly title: string
  readonly requirements: readonly RequirementId[]
  readonly controls: readonly string[]
  readonly needs: readonly string[]
  /** Nothing else is in flight while it is played. */
  readonly alone: boolean
  /** Why the profile rules it out, if it does. */
  readonly unmet?: string
  /** Its steps in words. */
  readonly steps: () => readonly string[]
}

/** Every case of a profile and some roles, on the most capable attachment: what is unmet then, the profile rules out. */
export function allCases(profile: Profile, roles: readonly RoleName[] = rolesWritten): readonly ListedCase[] {
  return roles.flatMap((role) => casesOfRole[role](profile))
}

const casesOfRole: Readonly<Record<RoleName, (profile: Profile) => readonly ListedCase[]>> = {
  consumer: consumerCases,
  producer: producerCases,
  'sse-server': sseServerCases,
  'sse-client': sseClientCases,
}

/** What a selection is held against. */
export function candidatesOf(cases: readonly ListedCase[]): readonly (Candidate & { readonly requirement: RequirementId; readonly listed: ListedCase })[] {
  return cases.flatMap((listed) => listed.requirements.map((id) => ({ case: listed.id, requirement: id, level: requirement(id).level, listed })))
}

function consumerCases(profile: Profile): readonly ListedCase[] {
  return [...casesOf(consumerRole, suites.consumer, fullestSituation.consumer(profile)).values()].map((planned) => listed('consumer', planned, () => planned.value.when.map(stepWords)))
}

function producerCases(profile: Profile): readonly ListedCase[] {
  return [...casesOf(producerRole, suites.producer, fullestSituation.producer(profile)).values()].map((planned) => listed('producer', planned, () => producerStepWords(planned.value.when, { profile, nowMs: liveClock().now() })))
}

function sseServerCases(profile: Profile): readonly ListedCase[] {
  return [...casesOf(sseServerRole, suites['sse-server'], fullestSituation['sse-server'](profile)).values()].map((planned) => listed('sse-server', planned, () => sseServerStepWords(planned.value.when)))
}

function sseClientCases(profile: Profile): readonly ListedCase[] {
  return [...casesOf(sseClientRole, suites['sse-client'], fullestSituation['sse-client'](profile)).values()].map((planned) => listed('sse-client', planned, () => sseClientStepWords(planned.value.when)))
}

function listed<Step, Seen, Need extends string>(role: RoleName, { id, value, frozenAs, controls, unmet }: PlannedCase<Step, Seen, Need>, steps: () => readonly string[]): ListedCase {
  return {
    role,
    id,
    frozenAs,
    title: value.title,
    // Keys of `then` are requirement ids by its type.
    requirements: Object.keys(value.then ?? {}) as readonly RequirementId[],
    controls,
    needs: value.needs === undefined ? [] : [value.needs].flat(),
    alone: value.alone === true,
    ...(unmet ? { unmet: unmet.reason } : {}),
    steps,
  }
}
