import { describe, expect, test } from 'vitest'
import { renderers, type ReporterName } from '../../harness/report/render.ts'
import { context, reportOf, verdict } from '../report/fixture.ts'

const known = { reason: 'the framework parses first', issue: 'https://example.com/1', expires: '2030-12-31' }
const passed = verdict('webhook-signature-accepted', 'passed')
const failed = verdict('webhook-body-raw-bytes', 'failed', { case: 'consumer-body/spaced', code: 'failed:401', known })
const report = reportOf([passed, failed], {}, {
  baseline: { digest: 'sha256:0', entries: [{ requirement: failed.requirement, case: failed.case, code: 'failed:401', ...known, state: 'known' }] },
})

describe('a failure that the baseline excuses', () => {
  test.each(['pretty', 'markdown', 'github', 'html', 'json', 'junit', 'tap', 'sarif', 'ctrf'] as const)('is told as known in %s', (name: ReporterName) => {
    expect(renderers[name](report, context)).toMatch(/known failure|the framework parses first/)
  })

  test('is skipped with its reason where a gate reads the format', () => {
    expect(renderers.junit(report, context)).toMatch(/failures="0" errors="0" skipped="1"/)
    expect(renderers.tap(report, context)).toMatch(/^ok 2 .* # SKIP .*known until 2030-12-31/m)
    expect(JSON.parse(renderers.ctrf(report, context)).results.summary).toMatchObject({ failed: 0, skipped: 1 })
  })

  test('is suppressed with its reason in SARIF, and no annotation of GitHub', () => {
    const [result] = JSON.parse(renderers.sarif(report, context)).runs[0].results
    expect(result).toMatchObject({ kind: 'fail', suppressions: [{ kind: 'external', justification: expect.stringContaining('the framework parses first') }] })
    expect(renderers.github(report, context)).not.toContain('::error')
  })

  test('that is not excused is a failure everywhere', () => {
    const { known: _, ...open } = failed
    const shut = reportOf([passed, open])
    expect(renderers.junit(shut, context)).toMatch(/failures="1"/)
    expect(renderers.github(shut, context)).toContain('::error')
    expect(JSON.parse(renderers.sarif(shut, context)).runs[0].results[0].suppressions).toBeUndefined()
  })
})
