import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { requirements } from '../../spec/requirements.ts'
import { brokenConsumers } from './index.ts'

const targets = Object.values(brokenConsumers)
const about = new Map(requirements.map((requirement) => [requirement.id, requirement]))

describe('the broken consumers', () => {
  test('are one for each requirement of the role that a run can judge', () => {
    const judged = requirements.filter(({ role, status }) => role === 'consumer' && status !== 'exception').map(({ id }) => id)
    expect(targets.map(({ requirement }) => requirement).toSorted()).toEqual(judged.toSorted())
  })

  test('are all in the index under the names of their files', () => {
    const broken = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && readFileSync(join(import.meta.dirname, name), 'utf8').includes('\nexport default brokenConsumer('))
    expect(Object.keys(brokenConsumers)).toEqual(broken.map((name) => name.slice(0, -'.ts'.length)).toSorted())
  })

  test('show their fault under a built-in profile', () => {
    const known = builtInProfiles().map(({ name }) => name)
    expect(targets.filter(({ profile }) => !known.includes(profile))).toEqual([])
  })

  test('break no rule of the level MUST besides their own', () => {
    const others = targets.flatMap(({ alsoFails }) => alsoFails.filter(({ requirement }) => about.get(requirement)?.level === 'MUST'))
    expect(others).toEqual([])
  })
})
