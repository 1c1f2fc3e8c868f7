import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readRecordedRun } from '../../cli/recorded-run.ts'
import { suiteIdentity } from '../../harness/identity.ts'
import { judge } from '../../harness/judge.ts'
import type { Report } from '../../harness/report/report.ts'
import { differences, openVerdicts, outcomesOf } from '../../scripts/published/outcomes.ts'
import { readmeText } from '../../scripts/published/readme.ts'
import { readPublished } from '../../scripts/published/store.ts'
import { suites } from '../../suites/index.ts'
import { published as subjects } from '../subjects/registry.ts'

const reports = await readPublished()

describe('the published reports', () => {
  test('there is one of every subject, and of nothing else', () => {
    const known = subjects.map(({ role, slug }) => `${role}/${slug}`).toSorted()
    expect(reports.map(({ role, slug }) => `${role}/${slug}`).toSorted()).toEqual(known)
    expect(known.length).toBeGreaterThanOrEqual(24)
  })

  test('the table is what the reports say', () => {
    expect(readFileSync('reports/README.md', 'utf8')).toBe(readmeText(reports))
  })

  test.each(reports.map((each) => [`${each.role}/${each.slug}`, each] as const))('%s is what its transcript says, and nothing broke', async (place, { report }) => {
    const { transcript } = await readRecordedRun(`reports/${place}`)
    expect(report.summary.counts.faulted).toBe(0)
    // Under other rules both may be right: the report says under which it was made.
    const { requirementSet, specHash, version } = suiteIdentity()
    const sameRules = report.suite.requirementSet === requirementSet && report.suite.specHash === specHash && report.suite.version === version
    const again = judge(transcript, suites)
    expect(again.artefacts).toEqual(report.artefacts)
    if (sameRules) expect(differences(outcomesOf(report), outcomesOf(again))).toEqual([])
  })
})

describe('outcomes', () => {
  const verdict = (requirement: string, outcome: string) => ({ case: 'a/b', requirement, outcome }) as Report['verdicts'][number] // what is compared
  const of = (...verdicts: readonly Report['verdicts'][number][]) => ({ verdicts })

  test('a verdict that changed, came or went is a difference', () => {
    const before = outcomesOf(of(verdict('kept', 'passed'), verdict('changed', 'passed'), verdict('gone', 'failed')))
    const now = outcomesOf(of(verdict('kept', 'passed'), verdict('changed', 'failed'), verdict('new', 'passed')))
    expect(differences(before, now)).toEqual([
      'a/b changed: failed, committed is passed',
      'a/b gone: no verdict, committed is failed',
      'a/b new: passed, committed is no verdict',
    ])
    expect(differences(before, before)).toEqual([])
  })

  test('what is unproven or broke is open', () => {
    expect(openVerdicts(of(verdict('one', 'unproven'), verdict('two', 'faulted'), verdict('three', 'inapplicable'), verdict('four', 'failed')))).toEqual(['a/b one', 'a/b two'])
  })
})
