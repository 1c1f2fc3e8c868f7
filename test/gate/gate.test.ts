import { describe, expect, test } from 'vitest'
import { exitCodeOf, worstExitCode } from '../../cli/exit-code.ts'
import { applyBaseline } from '../../harness/gate/apply-baseline.ts'
import { staleEntries, staleWords, type BaselineEntry } from '../../harness/gate/baseline.ts'
import { gateOf } from '../../harness/gate/gate.ts'
import { excusedDays, updatedEntries } from '../../harness/gate/update-baseline.ts'
import type { Report, Verdict } from '../../harness/report/report.ts'
import { claimLine, verdictLine } from '../../harness/report/summary.ts'
import type { Outcome } from '../../harness/verdict.ts'
import { reportOf, verdict } from '../report/fixture.ts'

const rule = 'webhook-body-raw-bytes'
const caseId = 'consumer-body/spaced'
const entry: BaselineEntry = { requirement: rule, case: caseId, code: 'failed:401', reason: 'the framework parses first', issue: 'https://example.com/1', expires: '2030-06-30' }
const other = verdict('webhook-signature-accepted', 'passed', { case: 'consumer-signature/untouched' })

function seen(outcome: Outcome, more: Partial<Verdict> = {}): Verdict {
  const code = outcome === 'passed' || outcome === 'inapplicable' ? {} : { code: `${outcome}:401` }
  return verdict(rule, outcome, { case: caseId, ...code, ...more })
}

/** A report of these verdicts under these entries, begun on the first of January 2030. */
function under(entries: readonly BaselineEntry[] | undefined, verdicts: readonly Verdict[]): Report {
  const scene = { role: 'consumer', startedAt: '2030-01-01T00:00:00.000Z', judges: (id: string) => id === caseId }
  const applied = entries ? applyBaseline(verdicts, { digest: 'sha256:0', entries }, scene) : { verdicts }
  const must = verdicts.filter((each) => each.level === 'MUST' && !each.provisional).map(({ outcome }) => outcome)
  const conformant = must.includes('failed') ? false : must.includes('unproven') || must.includes('faulted') ? null : true
  return reportOf(applied.verdicts, { conformant }, 'baseline' in applied ? { baseline: applied.baseline } : {})
}

describe('one entry', () => {
  const states: readonly (readonly [title: string, entry: BaselineEntry, verdicts: readonly Verdict[], state: string, code: number])[] = [
    ['fails as expected: known, and the gate is open', entry, [seen('failed'), other], 'known', 0],
    ['is unproven as expected: known', { ...entry, code: 'unproven:401' }, [seen('unproven'), other], 'known', 0],
    ['passes: stale', entry, [seen('passed'), other], 'passed', 4],
    ['fails in another way: stale', entry, [seen('failed', { code: 'failed:500' }), other], 'differs', 4],
    ['is unproven where a failure was expected: stale', entry, [seen('unproven'), other], 'differs', 4],
    ['still fails the day after its last: stale', { ...entry, expires: '2029-12-31' }, [seen('failed'), other], 'expired', 4],
    ['still fails on its last day: known', { ...entry, expires: '2030-01-01' }, [seen('failed'), other], 'known', 0],
    ['is of no case of the suites: stale', { ...entry, case: 'consumer-body/renamed' }, [other], 'gone', 4],
    ['was left out by the selection: not judged', entry, [other], 'not-judged', 0],
    ['does not apply here: not judged', entry, [seen('inapplicable'), other], 'not-judged', 0],
    ['is of another role: not judged', { ...entry, case: 'producer-retry/always-fails', expires: '2001-01-01' }, [other], 'not-judged', 0],
  ]

  test.each(states)('%s', (_title, given, verdicts, state, code) => {
    const report = under([given], verdicts)
    expect(report.baseline?.entries.map((each) => each.state)).toEqual([state])
    expect(exitCodeOf(report)).toBe(code)
    expect(report.verdicts.filter(({ known }) => known).length).toBe(state === 'known' ? 1 : 0)
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(verdicts.map(({ outcome }) => outcome))
    for (const stale of staleEntries(report.baseline)) expect(staleWords(stale)).toEqual({ fact: expect.stringContaining(given.case), cure: expect.stringMatching(/\w/) })
  })
})

describe('a gate', () => {
  const failure = verdict('webhook-signature-covers-body', 'failed', { case: 'consumer-signature/tampered', code: 'failed:200' })

  test('is shut by a failure that the baseline does not name, even beside a stale entry', () => {
    expect(exitCodeOf(under([entry], [seen('passed'), failure]))).toBe(1)
    expect(exitCodeOf(under([], [failure, other]))).toBe(1)
  })

  test('cannot tell where a MUST is open that the baseline does not name', () => {
    expect(exitCodeOf(under([entry], [seen('failed'), { ...failure, outcome: 'unproven' }]))).toBe(3)
  })

  test('never opens on nothing measured', () => {
    const report = under([entry], [seen('failed')])
    expect(exitCodeOf({ ...report, summary: { ...report.summary, measured: 0 } })).toBe(3)
  })

  test('has the exit codes of a run without baseline when there is none', () => {
    expect([under(undefined, [failure]), under(undefined, [other]), under(undefined, [{ ...failure, outcome: 'unproven' }])].map(exitCodeOf)).toEqual([1, 0, 3])
  })

  test('does not look at a provisional verdict', () => {
    const report = under([], [{ ...failure, provisional: true }, other])
    expect(gateOf(report).failed).toEqual([])
    expect(exitCodeOf(report)).toBe(0)
  })

  test('says what it makes of the verdict, and leaves the verdict as it is', () => {
    const open = under([entry], [seen('failed'), other])
    expect(open.summary.conformant).toBe(false)
    expect(claimLine(open)).toMatch(/; baseline in force: 1 known failure$/)
    expect(verdictLine(open)).toBe('NOT CONFORMANT: 1 MUST failed; the gate passes: every failure is known')
    expect(verdictLine(under([entry], [seen('passed'), other]))).toMatch(/; the gate fails: the baseline is stale in 1 of 1 entry$/)
    expect(verdictLine(under([entry], [seen('failed'), failure]))).toMatch(/; the gate fails: 1 failure not in the baseline$/)
  })

  test('of several reports: broken before stale before unmeasured', () => {
    expect([worstExitCode([0, 3, 4]), worstExitCode([4, 1]), worstExitCode([0, 0])]).toEqual([4, 1, 0])
  })
})

describe('an updated baseline', () => {
  const failure = verdict('webhook-signature-covers-body', 'failed', { case: 'consumer-signature/tampered', code: 'failed:200' })
  const update = (entries: readonly BaselineEntry[], verdicts: readonly Verdict[]) => updatedEntries([under(entries, verdicts)], { digest: '', entries })

  test('names every MUST that failed or is unproven, with a day that is set', () => {
    const first = updatedEntries([under(undefined, [failure, seen('unproven'), other, verdict('webhook-x', 'failed', { level: 'SHOULD', code: 'failed:1' })])], undefined)
    expect(first.map(({ requirement, code }) => [requirement, code])).toEqual([[rule, 'unproven:401'], ['webhook-signature-covers-body', 'failed:200']])
    const day = new Date(Date.UTC(2030, 0, 1) + excusedDays * 86_400_000).toISOString().slice(0, 10)
    expect(first.map(({ expires }) => expires)).toEqual([day, day])
  })

  test('keeps reason, issue and day of an entry, and takes its new code', () => {
    expect(update([entry], [seen('failed', { code: 'failed:500' }), other])).toEqual([{ ...entry, code: 'failed:500' }])
  })

  test('does not move a day that is over', () => {
    const expired = { ...entry, expires: '2029-01-01' }
    expect(update([expired], [seen('failed'), other])).toEqual([expired])
  })

  test('loses what passes and what no suite has, and nothing that was not judged', () => {
    const gone = { ...entry, case: 'consumer-body/renamed' }
    const foreign = { ...entry, case: 'producer-retry/always-fails' }
    expect(update([entry, gone, foreign], [seen('passed'), other])).toEqual([foreign])
    expect(update([entry], [other])).toEqual([entry])
  })

  test('opens the gate that it was written for', () => {
    const verdicts = [failure, seen('unproven'), other]
    expect(exitCodeOf(under(updatedEntries([under(undefined, verdicts)], undefined), verdicts))).toBe(0)
  })
})
