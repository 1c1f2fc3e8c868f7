import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { requirements } from '../../spec/requirements.ts'
import { withoutBrokenTarget } from './kill-matrix.ts'
import { brokenSseClients } from './sse-clients/index.ts'
import { brokenSseServers } from './sse-servers/index.ts'

const roles = [
  { role: 'sse-server', targets: Object.values(brokenSseServers) },
  { role: 'sse-client', targets: Object.values(brokenSseClients) },
] as const
const about = new Map<string, (typeof requirements)[number]>(requirements.map((requirement) => [requirement.id, requirement]))

describe.each(roles)('the broken targets of the role $role', ({ role, targets }) => {
  test('are at least one for each rule of the role that a run can judge', () => {
    expect(withoutBrokenTarget(role, targets)).toEqual([])
  })

  test('break rules of the role, and none that no run can judge', () => {
    const wrong = targets.filter(({ requirement }) => about.get(requirement)?.role !== role || about.get(requirement)?.status !== 'active')
    expect(wrong.map(({ requirement }) => requirement)).toEqual([])
  })

  test('show their fault under a built-in profile', () => {
    const known = builtInProfiles().map(({ name }) => name)
    expect(targets.filter(({ profile }) => !known.includes(profile))).toEqual([])
  })

  test('say why, where they cannot keep another rule', () => {
    expect(targets.flatMap(({ alsoFails }) => alsoFails).filter(({ because }) => because.length < 10)).toEqual([])
    expect(targets.filter(({ requirement, alsoFails }) => alsoFails.some((other) => other.requirement === requirement)).map(({ fault }) => fault)).toEqual([])
  })
})
