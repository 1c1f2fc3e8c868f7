import { describe, expect, test } from 'vitest'
import { brokenConsumers } from './broken/index.ts'
import { killOf, runReference, withoutBrokenTarget } from './broken/kill-matrix.ts'

describe('the honest reference', () => {
  test.each([...new Set(Object.values(brokenConsumers).map(({ profile }) => profile))])('passes everything under %s', async (profile) => {
    const report = await runReference(profile)
    expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
    expect(report.summary.conformant).toBe(true)
    expect(report.summary.counts.passed).toBeGreaterThan(40)
  })
})

describe('every broken target fails its own rule and no other MUST', () => {
  test.each(Object.entries(brokenConsumers))('%s', async (name, broken) => {
    const kill = await killOf(name, broken)
    expect(kill.problems).toEqual([])
    expect(kill.killedBy.length).toBeGreaterThan(0)
  })

  test('every rule that a case can prove has its broken target', () => {
    expect(withoutBrokenTarget()).toEqual([])
  })
})
