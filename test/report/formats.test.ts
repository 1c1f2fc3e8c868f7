import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { columnsOf } from '../../harness/report/layout.ts'
import { renderers } from '../../harness/report/render.ts'
import type { Diagnosis } from '../../harness/report/report.ts'
import { context, hostile, mixed, reportOf, verdict } from './fixture.ts'
import { elements, wellFormedXml } from './well-formed-xml.ts'

const diagnosis: Diagnosis = {
  code: 'body-parsed-first',
  fact: 'The body is parsed and written again before it is verified.',
  cure: 'Hand the verifier the bytes as they arrived.',
  cases: ['spaces'],
}
const manyFailures = Array.from({ length: 300 }, (_, at) => verdict(`webhook-signature-rule-${at}`, 'failed', { saw: hostile }))

describe('pretty', () => {
  const text = renderers.pretty(reportOf(mixed, {}, { diagnoses: [diagnosis] }), context)

  test('prints of a failure the rule, its sentence, expected, saw, the exchange, the repeat command, the fix and the chapter', () => {
    const block = text.slice(text.indexOf('× webhook-body-raw-bytes'), text.indexOf('── unproven'))
    for (const part of [
      'A consumer MUST refuse a `body` that was changed',
      'expected  a refusal with a 4xx status',
      'saw       204',
      'explained by the diagnosis body-parsed-first',
      '│ POST /hook HTTP/1.1',
      'repeat    npx conformance run --target http://127.0.0.1:3000/hook --only spaces',
      'fix       Verify the bytes as they arrived',
      'spec      spec/webhook-signature.md#webhook-body-raw-bytes',
    ]) {
      expect(block).toContain(part)
    }
  })

  test('tells diagnoses, failures, unproven, warnings and what does not apply, in this order', () => {
    const marks = ['── diagnosis', '── failed: 2 MUST', '── unproven: 2 verdicts', '── warnings: 1 rule', '── not applicable: 2 verdicts']
    const places = marks.map((mark) => text.indexOf(mark))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  test('shows two cases of a rule in full and names the others', () => {
    expect(text).toContain('and in 1 more:\n    whitespace-added: saw 204')
  })

  test.each([80, 120])('keeps its lines within %i columns, save for the command to copy', (width) => {
    const lines = renderers.pretty(reportOf(mixed), { ...context, width }).split('\n')
    const long = lines.filter((line) => columnsOf(line) > width && !line.includes('npx conformance'))
    expect(long).toEqual([])
  })

  test('draws one line a reason for what does not apply', () => {
    expect(text).toContain('  ·    2 effects cannot be seen without a control API\n')
  })

  test('adds colours and the duration only when asked to', () => {
    const coloured = renderers.pretty(reportOf(mixed, {}, { diagnoses: [diagnosis] }), { ...context, colour: true })
    expect(coloured).toContain('\x1b[')
    expect(stripVTControlCharacters(coloured)).toBe(text.replace(/\n$/, ' · 4.2 s\n'))
  })

  test('is three kinds of line when quiet: the claim, one a failure, the verdict', () => {
    const quiet = renderers.pretty(reportOf(mixed, {}, { diagnoses: [] }), { ...context, quiet: true }).trimEnd().split('\n')
    expect(quiet.map((line) => line.split(' ')[0])).toEqual(['partial:', '×', '×', '!', 'NOT'])
  })
})

describe('json', () => {
  test('is the report, character for character', () => {
    const report = reportOf([verdict('webhook-signature-accepted', 'failed', { saw: hostile })])
    const text = renderers.json(report, context)
    expect(JSON.parse(text)).toEqual(report)
    expect(text.startsWith('{\n  "report": 1,\n')).toBe(true)
    expect(text.endsWith('\n}\n')).toBe(true)
    expect(text).not.toContain('</script')
  })
})

describe('junit', () => {
  const document = renderers.junit(reportOf(mixed, {}, { diagnoses: [diagnosis] }), context)
  const root = wellFormedXml(document)
  const named = (part: string) => elements(root, 'testcase').find(({ attributes }) => attributes['name']?.includes(part))

  test('has one suite an area and sums that add up', () => {
    const suites = elements(root, 'testsuite')
    expect(suites.map(({ attributes }) => attributes['name'])).toEqual(['webhook-signature', 'webhook-body', 'webhook-idempotency', 'webhook-order'])
    for (const figure of ['tests', 'failures', 'errors', 'skipped']) {
      expect(suites.reduce((sum, { attributes }) => sum + Number(attributes[figure]), 0)).toBe(Number(root.attributes[figure]))
    }
    expect(elements(root, 'failure')).toHaveLength(Number(root.attributes['failures']))
    expect(elements(root, 'error')).toHaveLength(Number(root.attributes['errors']))
    expect(elements(root, 'skipped')).toHaveLength(Number(root.attributes['skipped']))
  })

  test.each([
    ['spaces', 'failure', 'MUST'],
    ['webhook-signature-covers-id', 'error', 'unproven'],
    ['webhook-order-independent', 'error', 'faulted'],
    ['webhook-body-large-accepted', 'skipped', undefined],
    ['webhook-idempotency-once', 'skipped', undefined],
    ['sixteen-mebibytes', 'system-out', undefined],
  ])('reads %s as %s', (part, element, type) => {
    expect(named(part)?.children.map(({ name }) => name)).toEqual([element])
    expect(named(part)?.children[0]?.attributes['type']).toBe(type)
  })

  test('says what the claim rests on', () => {
    const [properties] = elements(root, 'properties')
    expect(properties?.children.map(({ attributes }) => [attributes['name'], attributes['value']])).toEqual([
      ['claim', 'partial'],
      ['measured', '45'],
      ['total', '61'],
      ['profile', 'event-delivery'],
      ['seed', '1'],
    ])
  })

  test('is red when nothing was measured', () => {
    const obstacle = { code: 'refused', fact: 'nothing listens', cure: 'Start it.' }
    for (const report of [reportOf([], { conformant: null, obstacle }), reportOf([], { conformant: null })]) {
      expect(wellFormedXml(renderers.junit(report, context)).attributes).toMatchObject({ tests: '1', errors: '1' })
    }
  })
})

describe('markdown', () => {
  test('stays below the limit of a job summary and says what it left out', () => {
    const text = renderers.markdown(reportOf(manyFailures), { ...context, exchangeText: () => `${'\u202e'.repeat(400)}\n`.repeat(100) })
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
    const shown = text.match(/<details>/g)?.length ?? 0
    expect(shown).toBeGreaterThan(0)
    expect(text).toContain(`… ${300 - shown} findings left out here`)
  })

  test('lets no target write HTML, links, mentions or table cells', () => {
    const text = renderers.markdown(reportOf(mixed), context)
    const outside = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '')
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary|b|code)>)/)
    expect(outside).not.toMatch(/@octocat|\]\(|javascript:/)
    expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length)
  })
})

describe('github', () => {
  test('writes at most ten annotations, MUST before SHOULD, and says how many it left out', () => {
    const lines = renderers.github(reportOf([...manyFailures, ...mixed]), context).trimEnd().split('\n')
    expect(lines).toHaveLength(12)
    expect(lines.slice(1, -1).every((line) => line.startsWith('::error title='))).toBe(true)
    expect(lines.at(-1)).toContain('(295 findings more in the report)')
  })

  test('turns a rule below MUST into a warning', () => {
    const lines = renderers.github(reportOf(mixed), context).split('\n')
    expect(lines.filter((line) => line.startsWith('::')).map((line) => line.slice(0, line.indexOf('::', 2)))).toEqual([
      '::error title=webhook-signature-covers-body (MUST)',
      '::error title=webhook-body-raw-bytes (MUST)',
      '::error title=fault of the harness (1 verdict)',
      '::error title=unproven (1 verdict)',
      '::warning title=webhook-body-bounded (SHOULD)',
    ])
  })

  test('lets no target end the title or begin a command', () => {
    const evil = verdict('webhook-signature-accepted', 'failed', { case: 'a,file=/etc/passwd::b', saw: '%0A::error::x\n::stop-commands::y' })
    const report = reportOf([evil], {}, { diagnoses: [{ ...diagnosis, code: 'x,line=1::y\n::warning::z' }] })
    const commands = renderers.github(report, context).split('\n').filter((line) => line.startsWith('::'))
    expect(commands).toHaveLength(2)
    expect(commands[0]).toMatch(/^::error title=x%2Cline=1\\x3a%3Ay\\n\\x3a%3Awarning\\x3a%3Az::The body/)
    expect(commands[1]).toContain('saw: %250A\\x3a:error')
  })
})
