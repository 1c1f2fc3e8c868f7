import { Parser } from 'tap-parser'
import { describe, expect, test } from 'vitest'
import { renderTap } from '../../harness/report/tap.ts'
import { context, mixed, reportOf, verdict } from './fixture.ts'

/** What a consumer of the format understands. */
function parsed(text: string) {
  const strays: string[] = []
  const asserted: { readonly name: string; readonly ok: boolean; readonly skip?: unknown; readonly todo?: unknown; readonly diag?: unknown }[] = []
  const parser = new Parser({ strict: true })
  parser.on('extra', (line: string) => strays.push(line))
  parser.on('assert', (result) => asserted.push(result))
  parser.end(text)
  return { parser, asserted, strays, results: parser.results }
}

describe('tap', () => {
  const text = renderTap(reportOf(mixed), context)
  const { asserted, strays, results } = parsed(text)

  test('is TAP 14 to a strict parser, with nothing between the test points that is not of the format', () => {
    expect(text.startsWith('TAP version 14\n# partial: measured 45 of 61 rules; --control URL measures 14 more\n1..11\n')).toBe(true)
    expect(strays).toEqual([])
    expect(results).toMatchObject({ ok: false, count: 11, plan: { start: 1, end: 11 } })
    expect(results?.failures.filter(({ tapError }) => tapError)).toEqual([])
  })

  test('counts against a run what a gate has to stop, and nothing below MUST', () => {
    const counted = asserted.filter(({ ok, todo, skip }) => !ok && !todo && !skip).map(({ name }) => name)
    expect(counted).toEqual([
      'flipped-bit › webhook-signature-covers-body (MUST)',
      'byte-appended › webhook-signature-covers-body (MUST)',
      'whitespace-added › webhook-signature-covers-body (MUST)',
      'case-of-webhook-signature-covers-id › webhook-signature-covers-id (MUST)',
      'spaces › webhook-body-raw-bytes (MUST)',
      'case-of-webhook-order-independent › webhook-order-independent (MUST)',
    ])
    expect(results).toMatchObject({ fail: 7, skip: 3, todo: 1 })
    expect(asserted.find(({ todo }) => todo)).toMatchObject({ name: 'sixteen-mebibytes › webhook-body-bounded (SHOULD)', todo: 'SHOULD not kept' })
    expect(asserted.filter(({ skip }) => skip).map(({ skip }) => String(skip))).toEqual(['unproven: the control was refused', 'inapplicable: effects cannot be seen without a control API', 'inapplicable: effects cannot be seen without a control API'])
  })

  test('tells of a failure everything that a reader needs, as YAML that a parser reads back', () => {
    const diag = asserted.find(({ name }) => name.startsWith('spaces'))?.diag
    expect(diag).toMatchObject({ severity: 'fail', title: 'a delivery as it was staged', expected: 'a refusal with a 4xx status', saw: '204', repeat: 'npx conformance run --target http://127.0.0.1:3000/hook --only spaces', spec: 'spec/webhook-signature.md#webhook-body-raw-bytes' })
    expect((diag as { 'exchange x1'?: readonly string[] })['exchange x1']?.slice(0, 2)).toEqual(['POST /hook HTTP/1.1', 'webhook-id: x1'])
  })

  test('lets a name begin no directive', () => {
    const [named] = parsed(renderTap(reportOf([verdict('webhook-signature-accepted', 'failed', { case: 'a # SKIP b \\# TODO c' })]), context)).asserted
    expect(named).toMatchObject({ ok: false, skip: false, todo: false })
    expect(named?.name).toContain('# SKIP b')
  })

  test('is red for a run that saw nothing', () => {
    const obstacle = { code: 'unreachable', fact: 'nothing listens', cure: 'Start it.' }
    for (const report of [reportOf([], { conformant: null, obstacle }), reportOf([], { conformant: null })]) expect(parsed(renderTap(report, context)).results).toMatchObject({ ok: false, count: 1, fail: 1 })
  })
})
