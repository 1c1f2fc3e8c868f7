import { isCTRFReport, parse, validate } from 'ctrf'
import { describe, expect, test } from 'vitest'
import { renderCtrf } from '../../harness/report/ctrf.ts'
import { context, mixed, reportOf, verdict } from './fixture.ts'

describe('ctrf', () => {
  const text = renderCtrf(reportOf(mixed), context)
  const report = parse(text)

  test.each([
    ['a report of every outcome', text],
    ['a run that met an obstacle', renderCtrf(reportOf(mixed, { obstacle: { code: 'died', fact: 'it is gone', cure: 'Start it.' } }), context)],
    ['a run that saw nothing', renderCtrf(reportOf([], { conformant: null }), context)],
    ['a report whose times cannot be read', renderCtrf(reportOf(mixed, {}, { run: { ...reportOf([]).run, startedAt: 'then', finishedAt: 'later' } }), context)],
  ])('is valid by the schema of the format: %s', (_, rendered) => {
    expect(validate(JSON.parse(rendered))).toEqual({ valid: true, errors: [] })
    expect(isCTRFReport(JSON.parse(rendered))).toBe(true)
  })

  test('has the sums of its tests, and a run of 4.2 s', () => {
    expect(report.results.summary).toMatchObject({ tests: 11, passed: 1, failed: 6, skipped: 3, pending: 0, other: 1, duration: 4200 })
    for (const status of ['passed', 'failed', 'skipped', 'other'] as const) expect(report.results.tests.filter((test) => test.status === status)).toHaveLength(report.results.summary[status])
  })

  test.each([
    ['case-of-webhook-signature-accepted', 'passed', 'passed', undefined],
    ['spaces', 'failed', 'failed', 'expected a refusal with a 4xx status; saw 204'],
    ['case-of-webhook-order-independent', 'failed', 'faulted', 'faulted: the harness ran out of sockets'],
    ['case-of-webhook-body-large-accepted', 'skipped', 'unproven', 'unproven: the control was refused'],
    ['case-of-webhook-idempotency-once', 'skipped', 'inapplicable', 'inapplicable: effects cannot be seen without a control API'],
  ])('reads %s as %s', (part, status, rawStatus, message) => {
    const found = report.results.tests.find(({ name }) => name.startsWith(`${part} ›`))
    expect(found).toMatchObject({ status, rawStatus })
    expect(found?.message).toBe(message)
  })

  test('neither passes nor fails a rule below MUST that was not kept', () => {
    expect(report.results.tests.find(({ name }) => name.startsWith('sixteen'))).toMatchObject({ status: 'other', rawStatus: 'failed', tags: ['SHOULD'] })
  })

  test('is red for a run that saw nothing, and for one that met an obstacle', () => {
    for (const rendered of [renderCtrf(reportOf([], { conformant: null }), context), renderCtrf(reportOf([verdict('webhook-signature-accepted', 'passed')], { obstacle: { code: 'died', fact: 'it is gone', cure: 'Start it.' } }), context)]) {
      expect(parse(rendered).results.summary.failed).toBe(1)
    }
  })
})
