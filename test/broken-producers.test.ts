import { describe, expect, test } from 'vitest'
import { killIn, withoutBrokenTarget } from './broken/kill-matrix.ts'
import { runReferenceProducer } from './broken/producer-kills.ts'
import { brokenProducers } from './broken/producers/index.ts'

describe('the honest reference producer', () => {
  test.each([...new Set(['event-delivery', ...Object.values(brokenProducers).map(({ profile }) => profile)])])('passes everything under %s', async (profile) => {
    const report = await runReferenceProducer(profile)
    expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
    expect(report.summary.conformant).toBe(true)
    expect(report.summary.counts.passed).toBeGreaterThan(15)
  })
})

describe('every broken producer fails its own rule and no other MUST', () => {
  test.each(Object.entries(brokenProducers))('%s', async (name, broken) => {
    const kill = killIn(await runReferenceProducer(broken.profile, broken.parts, broken.variant), name, broken)
    expect(kill.problems).toEqual([])
    expect(kill.killedBy.length).toBeGreaterThan(0)
  })

  test('every rule that a case can prove has its broken target', () => {
    expect(withoutBrokenTarget('producer', Object.values(brokenProducers))).toEqual([])
  })
})
