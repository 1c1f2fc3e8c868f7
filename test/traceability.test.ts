import { describe, expect, test } from 'vitest'
import { casesOf } from '../harness/plan.ts'
import { builtInProfiles } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { producerRole } from '../harness/roles/producer/role.ts'
import { consumerRole } from '../harness/roles/consumer/role.ts'
import { requirements } from '../spec/requirements.ts'
import { suites } from '../suites/index.ts'

const active = requirements.filter(({ role, status }) => role === 'consumer' && status === 'active')

/** Profiles of streams alone say nothing about these roles. */
const webhookProfiles = builtInProfiles().filter(({ withoutWebhooks }) => !withoutWebhooks)

function everyCase(profile: Profile) {
  const tag = Object.keys(profile.signature.schemes)[0] ?? ''
  return [...casesOf(consumerRole, suites.consumer, { profile, clock: 'virtual', effects: true, faults: true, tag }).values()]
}

describe('the bijection of rules and cases', () => {
  const byProfile = webhookProfiles.map((profile) => ({ profile, cases: everyCase(profile) }))

  test('every MUST and SHOULD has a case that is staged under some profile', () => {
    const staged = new Set(byProfile.flatMap(({ cases }) => cases.filter(({ unmet }) => !unmet).flatMap(({ value }) => Object.keys(value.then ?? {}))))
    expect(active.map(({ id }) => id).filter((id) => !staged.has(id))).toEqual([])
  })

  test('no case is evidence for an exception', () => {
    const exceptions = new Set<string>(requirements.filter(({ status }) => status === 'exception').map(({ id }) => id))
    const wrong = byProfile.flatMap(({ cases }) => cases.flatMap(({ value }) => Object.keys(value.then ?? {}))).filter((id) => exceptions.has(id))
    expect(wrong).toEqual([])
  })

  test.each(byProfile.map(({ profile, cases }) => [profile.name, cases] as const))('under %s every case proves a rule and every rule has its verdict', (_, cases) => {
    expect(cases.filter(({ value }) => Object.keys(value.then ?? {}).length === 0).map(({ id }) => id)).toEqual([])
    const told = new Set(cases.flatMap(({ value }) => Object.keys(value.then ?? {})))
    expect(active.map(({ id }) => id).filter((id) => !told.has(id))).toEqual([])
  })

  test.each(byProfile.map(({ profile, cases }) => [profile.name, cases] as const))('under %s every case has controls that exist', (_, cases) => {
    const ids = new Set(cases.map(({ id }) => id))
    expect(cases.flatMap(({ id, controls }) => (controls.length === 0 ? [id] : controls.filter((control) => !ids.has(control))))).toEqual([])
  })
})

describe('the bijection of rules and cases for producers', () => {
  const rules = requirements.filter(({ role, status }) => role === 'producer' && status === 'active').map(({ id }) => id)
  const everything = { clock: 'virtual', subscriptions: true, ownApi: true, emits: true, ownPorts: true } as const
  // No provider among the built-in ones makes the secret itself; a user's document may say so.
  const makesSecrets = webhookProfiles.flatMap((profile) => (profile.subscription ? [{ ...profile, subscription: { ...profile.subscription, secret: '/secret' } }] : []))
  const byProfile = [...webhookProfiles, ...makesSecrets].map((profile) => [profile.name, [...casesOf(producerRole, suites.producer, { profile, ...everything }).values()]] as const)

  test('every MUST and SHOULD has a case that is staged under some profile', () => {
    const staged = new Set<string>(byProfile.flatMap(([, cases]) => cases.filter(({ unmet }) => !unmet).flatMap(({ value }) => Object.keys(value.then ?? {}))))
    expect(rules.filter((id) => !staged.has(id))).toEqual([])
  })

  test.each(byProfile)('under %s every case proves a rule, names controls that exist, and every rule has its verdict', (_, cases) => {
    const ids = new Set(cases.map(({ id }) => id))
    const told = new Set<string>(cases.flatMap(({ value }) => Object.keys(value.then ?? {})))
    expect(cases.filter(({ value }) => Object.keys(value.then ?? {}).length === 0).map(({ id }) => id)).toEqual([])
    expect(cases.flatMap(({ id, controls }) => (controls.length === 0 && !producerRole.baseline.includes(id) ? [id] : controls.filter((control) => !ids.has(control))))).toEqual([])
    expect(rules.filter((id) => !told.has(id))).toEqual([])
  })
})
