import { describe, expect, test } from 'vitest'
import { renderers } from '../../harness/report/render.ts'
import type { Counts, Report } from '../../harness/report/report.ts'
import { context, countsOf, mixed, reportOf, verdict } from './fixture.ts'
import { elements, wellFormedXml } from './well-formed-xml.ts'

const passing = [verdict('webhook-signature-accepted', 'passed'), verdict('webhook-signature-required', 'passed')]
const first = (text: string) => text.slice(0, text.indexOf('\n'))

describe('every output for people and machines', () => {
  const claims: readonly (readonly [string, Report, string])[] = [
    ['full and kept', reportOf(passing, { conformant: true, claim: 'full', measured: 61, total: 61, unlock: [] }), 'conformant: 61 of 61 rules measured'],
    ['full and broken', reportOf(mixed, { claim: 'full', measured: 61, total: 61, unlock: [] }), 'not conformant: 61 of 61 rules measured'],
    ['full but for a SHOULD', reportOf(passing, { conformant: true, claim: 'full', measured: 58, total: 61, unlock: [{ flag: '--budget 5m', requirements: 3 }] }), 'conformant: 58 of 61 rules measured, every MUST among them; --budget 5m measures 3 more'],
    ['partial', reportOf(mixed), 'partial: measured 45 of 61 rules; --control URL measures 14 more'],
    ['partial with two flags', reportOf(mixed, { unlock: [{ flag: '--control URL', requirements: 14 }, { flag: '--budget 5m', requirements: 2 }] }), 'partial: measured 45 of 61 rules; --control URL measures 14 more; --budget 5m measures 2 more'],
    ['partial without a flag', reportOf([], { conformant: null, measured: 0, total: 1, unlock: [] }), 'partial: measured 0 of 1 rule; no flag measures the rest'],
  ]
  test.each(claims)('opens with the claim: %s', (_, report, claim) => {
    expect(first(renderers.pretty(report, context))).toBe(claim)
    expect(first(renderers.markdown(report, context))).toBe(claim)
    expect(first(renderers.github(report, context))).toBe(claim)
    expect(first(renderers.junit(report, context))).toContain(`<testsuites name="${claim}"`)
  })

  const verdicts: readonly (readonly [string, Report, string])[] = [
    ['conformant', reportOf(passing, { conformant: true, claim: 'full', measured: 61 }), 'CONFORMANT'],
    ['conformant in part', reportOf(passing, { conformant: true }), 'CONFORMANT in what was measured, 45 of 61 rules'],
    ['two MUST failed', reportOf(mixed), 'NOT CONFORMANT: 2 MUST failed'],
    ['a MUST unproven', reportOf(mixed.filter(({ outcome }) => outcome !== 'failed'), { conformant: null }), 'COULD NOT MEASURE: 1 MUST unproven, 1 MUST hit by a fault of the harness'],
    ['nothing measured', reportOf([], { conformant: true, measured: 0 }), 'COULD NOT MEASURE: no rule was measured'],
    ['a dead target', reportOf([], { conformant: null, measured: 0, obstacle: { code: 'refused', fact: 'nothing listens at 127.0.0.1:9', cure: 'Start the target first.' } }), 'COULD NOT MEASURE: nothing listens at 127.0.0.1:9. Start the target first.'],
  ]
  test.each(verdicts)('ends in the verdict: %s', (_, report, line) => {
    expect(renderers.pretty(report, context).trimEnd().split('\n').at(-1)).toBe(line)
    expect(renderers.github(report, context).trimEnd().split('\n').at(-1)?.split(' · ')[0]).toBe(line)
    expect(renderers.markdown(report, context)).toContain(`**${line}**`.replace(':9', '&#58;9'))
  })

  test('tells the same counts', () => {
    const report = reportOf(mixed)
    const counts = countsOf(mixed)
    expect(renderers.pretty(report, context)).toMatch(/^ {2}all +1 +5 +2 +2 +1$/m)
    expect(renderers.markdown(report, context)).toContain('| **all** | 1 | 5 | 2 | 2 | 1 |')
    expect(renderers.github(report, context)).toContain('1 passed, 5 failed, 2 unproven, 2 inapplicable, 1 faulted')
    expect((JSON.parse(renderers.json(report, context)) as Report).summary.counts).toEqual(counts)
    expect(junitCounts(renderers.junit(report, context))).toEqual(counts)
  })

  test('is the same text when only times differ, save for the times that JUnit asks for', () => {
    const later = reportOf(mixed.map((each) => ({ ...each, startedMs: 9, durationMs: 99 })))
    const other = { ...later, run: { ...later.run, startedAt: '2031-01-01T00:00:00Z', finishedAt: '2031-01-01T01:00:00Z' } }
    for (const name of ['pretty', 'markdown', 'github'] as const) {
      expect(renderers[name](other, context)).toBe(renderers[name](reportOf(mixed), context))
    }
  })
})

/** Verdicts by outcome, read back from what a build server is told. */
function junitCounts(document: string): Counts {
  const counts = { passed: 0, failed: 0, unproven: 0, inapplicable: 0, faulted: 0 }
  for (const testcase of elements(wellFormedXml(document), 'testcase')) {
    const [sign] = testcase.children
    const said = sign?.attributes['message'] ?? ''
    if (!sign) counts.passed += 1
    else if (sign.name === 'failure' || sign.name === 'system-out') counts.failed += 1
    else if (said.startsWith('unproven: ')) counts.unproven += 1
    else if (said.startsWith('inapplicable: ')) counts.inapplicable += 1
    else if (said.startsWith('faulted: ')) counts.faulted += 1
  }
  return counts
}
