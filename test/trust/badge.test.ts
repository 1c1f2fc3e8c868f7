import { describe, expect, test } from 'vitest'
import { badgeOf, renderBadgeJson, renderBadgeSvg } from '../../harness/trust/badge.ts'
import type { Summary } from '../../harness/report/report.ts'
import { hostile, reportOf, verdict } from '../report/fixture.ts'
import { wellFormedXml } from '../report/well-formed-xml.ts'

const expiresAt = '2030-04-01T00:00:00.000Z'
const nowMs = Date.UTC(2030, 0, 2)
const report = (summary: Partial<Summary>) => reportOf([verdict('webhook-a', 'passed')], summary)

const looks: readonly (readonly [summary: Partial<Summary>, message: string, colour: string])[] = [
  [{ conformant: true, claim: 'full', measured: 60, total: 61 }, 'conformant', 'brightgreen'],
  [{ conformant: true, claim: 'partial', measured: 45, total: 61 }, 'partial 45/61', 'yellow'],
  [{ conformant: false, claim: 'full' }, 'not conformant', 'red'],
  [{ conformant: null, claim: 'full' }, 'not measured', 'lightgrey'],
  [{ conformant: true, measured: 0 }, 'not measured', 'lightgrey'],
]

describe('a badge', () => {
  test.each(looks)('of %o says "%s"', (summary, message, colour) => {
    expect(badgeOf(report(summary), expiresAt, nowMs)).toMatchObject({ message, colour, until: '2030-04-01' })
  })

  test.each(looks)('of %o is grey once it has expired', (summary) => {
    const badge = badgeOf(report(summary), expiresAt, Date.parse(expiresAt))
    expect(badge).toMatchObject({ message: 'expired', colour: 'lightgrey' })
    expect(JSON.parse(renderBadgeJson(badge))).toEqual({ schemaVersion: 1, label: 'event delivery consumer', message: 'expired 2030-04-01', color: 'lightgrey', cacheSeconds: 3600 })
    expect(renderBadgeSvg(badge)).toContain('expired 2030-04-01')
  })

  test('of a selection does not make its rules look like all', () => {
    const selected = { ...report({ conformant: true, measured: 4, total: 4 }), skipped: [{ case: 'a', requirement: 'b', reason: 'not among --only' }] }
    expect(badgeOf(selected, expiresAt, nowMs).message).toBe('partial, 4 rules')
  })

  test('carries its day, since a drawing cannot know the time', () => {
    expect(renderBadgeSvg(badgeOf(report({ conformant: true, claim: 'full' }), expiresAt, nowMs))).toContain('conformant · until 2030-04-01')
  })

  test('is well-formed and inert whatever the report names', () => {
    const badge = badgeOf({ ...report({ conformant: true }), target: { ...report({}).target, role: hostile } }, expiresAt, nowMs)
    const svg = renderBadgeSvg(badge)
    wellFormedXml(svg)
    expect(svg).not.toMatch(/<script|<img|onerror=a|href/)
    expect(JSON.parse(renderBadgeJson(badge)).label.length).toBeLessThan(200)
  })
})
