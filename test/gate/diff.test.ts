import { describe, expect, test } from 'vitest'
import { diffReports, isWorse } from '../../harness/gate/diff.ts'
import { diffJson, diffMarkdown, diffText } from '../../harness/gate/diff-text.ts'
import type { Outcome } from '../../harness/verdict.ts'
import { hostile, reportOf, verdict } from '../report/fixture.ts'

const report = (...outcomes: readonly (readonly [id: string, outcome: Outcome, saw?: string])[]) => reportOf(outcomes.map(([id, outcome, saw]) => verdict(id, outcome, saw === undefined ? {} : { saw, code: `failed:${saw}` })))

describe('the difference of two reports', () => {
  const before = report(['webhook-a', 'passed'], ['webhook-b', 'failed'], ['webhook-c', 'passed'], ['webhook-d', 'passed'], ['webhook-e', 'failed', '401'])
  const after = report(['webhook-a', 'failed'], ['webhook-b', 'passed'], ['webhook-c', 'unproven'], ['webhook-f', 'failed'], ['webhook-e', 'failed', '500'])

  test('names each change by its kind, what is broken first', () => {
    expect(diffReports([before], [after]).map(({ change, requirement, before: from, after: to }) => [change, requirement, from, to])).toEqual([
      ['broken', 'webhook-a', 'passed', 'failed'],
      ['changed', 'webhook-c', 'passed', 'unproven'],
      ['changed', 'webhook-e', 'failed', 'failed'],
      ['new', 'webhook-f', undefined, 'failed'],
      ['fixed', 'webhook-b', 'failed', 'passed'],
      ['gone', 'webhook-d', 'passed', undefined],
    ])
  })

  test('is worse only when something that passed fails now', () => {
    expect(isWorse(diffReports([before], [after]))).toBe(true)
    expect(isWorse(diffReports([report(['webhook-b', 'failed'])], [report(['webhook-b', 'passed'], ['webhook-f', 'failed'])]))).toBe(false)
  })

  test('is not worse by what is known or provisional', () => {
    const passed = report(['webhook-a', 'passed'])
    for (const excuse of [{ provisional: true }, { known: { reason: 'r', expires: '2030-01-01' } }] as const) {
      expect(isWorse(diffReports([passed], [reportOf([verdict('webhook-a', 'failed', excuse)])]))).toBe(false)
    }
  })

  test('of a report and itself is nothing', () => {
    expect(diffReports([before], [before])).toEqual([])
    expect([diffText([]), diffMarkdown([])]).toEqual(['nothing changed\n', 'Nothing changed since the report before.\n'])
  })

  test('keeps the same rule of two roles apart', () => {
    const producer = { ...report(['webhook-a', 'failed']), target: { ...before.target, role: 'producer' } }
    expect(diffReports([report(['webhook-a', 'passed'])], [report(['webhook-a', 'passed']), producer]).map(({ change, role }) => [change, role])).toEqual([['new', 'producer']])
  })

  test('lets nothing that a target said act in any format', () => {
    const found = diffReports([report(['webhook-a', 'passed'])], [report(['webhook-a', 'failed', hostile])])
    for (const text of [diffText(found), diffMarkdown(found), diffJson(found)]) {
      expect(text).toContain('webhook-a')
      // oxlint-disable-next-line no-control-regex -- the control characters are the point
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]|^::|##\[/m)
    }
    expect(diffMarkdown(found)).not.toMatch(/<(?:script|img)|@octocat/)
    expect(JSON.parse(diffJson(found))).toMatchObject({ diff: 1, worse: true })
  })
})
