import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { RenderContext } from '../../harness/report/render.ts'
import { renderHtml } from '../../harness/report/html/page.ts'
import type { TranscriptLine } from '../../harness/transcript/line.ts'
import { context, hostile, mixed, reportOf, verdict } from './fixture.ts'
import { attempt, endpoint, exchange, recorded } from './recorded.ts'

const seen: RenderContext = { ...context, transcript: recorded }
const page = renderHtml(reportOf(mixed), seen)

/** Three hundred verdicts on a hundred rules, a fifth of them failed, each case with an exchange of ordinary size. */
const many = Array.from({ length: 300 }, (_, at) => verdict(`webhook-signature-rule-number-${at % 100}`, at % 5 === 0 ? 'failed' : 'passed', { case: `consumer-signature/situation-number-${at}`, title: 'one letter of the body replaced by its escape after it was signed', exchanges: [`x${at}`] }))
const manyLines: readonly TranscriptLine[] = many.map((each, at) => exchange(`x${at}`, each.case))

describe('the page', () => {
  test('allows by its policy one style and one script, by digest, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? ''
    const digest = (element: string) => createHash('sha256').update(new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? '').digest('base64')
    expect(policy.split('; ')).toEqual(["default-src 'none'", `style-src 'sha256-${digest('style')}'`, `script-src 'sha256-${digest('script')}'`, "base-uri 'none'", "form-action 'none'"])
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'))
    expect(page.match(/<script/g)).toHaveLength(1)
  })

  test('loads nothing: it has no address outside of text', () => {
    expect(page.replace(/<pre[^]*?<\/pre>/g, '')).not.toMatch(/(?:src|href|action|data|poster|srcset)="(?!#)/)
    expect(page).not.toMatch(/url\(|@import|style="/)
  })

  test('says on its first screen the verdict, the profile, what was measured and what was not', () => {
    const first = page.slice(page.indexOf('<header'), page.indexOf('id="findings"'))
    for (const part of ['Not conformant', '2 MUST failed', 'profile <b>event-delivery', 'role <b>consumer', 'partial: measured 45 of 61 rules', '<code>--control URL</code> would measure <b>14 more rules', 'effects cannot be seen without a control API']) expect(first).toContain(part)
  })

  test.each([
    ['Conformant', reportOf([verdict('webhook-signature-accepted', 'passed')], { conformant: true, claim: 'full', measured: 61, total: 61, unlock: [] }), 'passed'],
    ['Conformant', reportOf([verdict('webhook-signature-accepted', 'passed')], { conformant: true }), 'passed'],
    ['Could not measure', reportOf([], { conformant: null, obstacle: { code: 'refused', fact: 'nothing listens', cure: 'Start it.' } }), 'unproven'],
    ['Could not measure', reportOf([], { conformant: true, measured: 0 }), 'unproven'],
  ])('is headed %s', (word, report, look) => {
    const html = renderHtml(report, context)
    expect(html).toMatch(new RegExp(`<header class="top ${look}">[^]*<h1><i class="${look}">[^<]*</i> ${word}</h1>`))
  })

  test('opens each verdict to its clause, expected against saw, and the exchange as text and in hex', () => {
    const rule = page.slice(page.indexOf('<details class="rule" id="webhook-signature-covers-body"'), page.indexOf('<details class="rule" id="webhook-signature-covers-id"'))
    for (const part of ['A consumer MUST refuse a <code>body</code>', 'spec/webhook-signature.md#webhook-signature-covers-body', '<dt>expected<dd>a refusal with a 4xx status', '<dt>saw<dd>', 'POST /hook?tenant=7 HTTP/1.1', 'webhook-id: evt_1', '0000  7b 22 69 64 22 3a 22 65', 'no answer: reset']) expect(rule).toContain(part)
    expect(rule).toMatch(/^<details class="rule"[^>]* open>/)
  })

  test('shows the messages of a case once, and points there from the other verdicts', () => {
    const report = reportOf([verdict('webhook-signature-accepted', 'passed', { case: 'flipped-bit' }), verdict('webhook-signature-covers-body', 'failed', { case: 'flipped-bit' })])
    const html = renderHtml(report, seen)
    expect(html.match(/POST \/hook\?tenant=7 HTTP/g)).toHaveLength(2)
    expect(html).toMatch(/id="v1"[^]*<a href="#v2">what was sent and seen<\/a>/)
  })

  test('has an id once, and a target for each link', () => {
    const html = renderHtml(reportOf(many), { ...context, transcript: manyLines })
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, to] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to)
  })
})

describe('the size of the page', () => {
  test('stays below 300 kB for 300 verdicts, and gives what room there is to the failures', () => {
    const html = renderHtml(reportOf(many), { ...context, transcript: manyLines })
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
    expect(Buffer.byteLength(html)).toBeGreaterThan(200_000)
    for (const { case: id } of many.filter(({ outcome }) => outcome === 'failed')) expect(html.slice(html.indexOf(`${id}</code></span>`)).split('<details class="verdict"')[0]).toContain('class="seq"')
    expect(html).toContain('1 message in transcript.ndjson')
  })

  test('stays there although every message is as long as a target can make it', () => {
    const reply = { status: 500, reason: hostile, headers: Array.from({ length: 100 }, (_, at) => [`x-${at}`, 'h'.repeat(2000)] as const), body: { text: '\u202e'.repeat(4096), bytes: 1e9 }, truncated: true }
    const html = renderHtml(reportOf(many), { ...context, transcript: many.map((each, at) => exchange(`x${at}`, each.case, { reply })) })
    expect(Buffer.byteLength(html)).toBeLessThan(300_000)
  })
})

describe('the pictures', () => {
  test('a changed body is shown against that of the control, ids masked, each change with its byte and its hex', () => {
    const text = '{"id":"evt_1", "type":"order.created","data":{"total":99.99}}'
    const line = exchange('x2', 'spaces')
    const transcript = [exchange('x1', 'untouched'), { ...line, ids: ['evt_1'], request: { ...line.request, body: { text, bytes: text.length } } }]
    const html = renderHtml(reportOf([verdict('webhook-body-raw-bytes', 'failed', { case: 'spaces' })]), { ...context, transcript, controls: (id) => (id === 'spaces' ? ['untouched'] : []) })
    expect(html).toContain('Body against that of its control untouched')
    expect(html).toContain('*****&#34;,<ins> </ins>&#34;type&#34;')
    expect(html).toContain('<li>added at byte 14 <code>20</code>')
  })

  test('attempts of one event with different bodies are compared, of different events not', () => {
    const body = { text: '{"id":"evt_1","type":"other"}', bytes: 29 }
    const first = attempt('a1', 'retried', 0)
    const changed = attempt('a2', 'retried', 5000, { request: { ...first.request, body }, bodyDigest: 'other' })
    const drawn = (transcript: readonly TranscriptLine[]) => renderHtml(reportOf([verdict('webhook-delivery-body-same', 'failed', { case: 'retried' })]), { ...context, transcript })
    expect(drawn([endpoint, first, changed])).toContain('Body of attempt a2 against that of the first')
    expect(drawn([endpoint, first, { ...changed, number: 1 }])).not.toContain('against that of the first')
  })

  test('a case is a sequence of arrows in the order of time, with what was left out announced', () => {
    const transcript = Array.from({ length: 40 }, (_, at) => exchange(`x${at}`, 'burst', { startedMs: 4000 - at * 100, endedMs: 4010 - at * 100 }))
    const html = renderHtml(reportOf([verdict('webhook-order-independent', 'failed', { case: 'burst' })]), { ...context, transcript })
    expect([...html.matchAll(/class="at">([^<]*)</g)].map(([, at]) => at)).toEqual(['', ...[1, 2, 3, 4, 5, 6, 7, 8].map((tenth) => `+${tenth}00 ms`), '+3.7 s', '+3.8 s', '+3.9 s'])
    expect(html).toContain('28 steps more in the transcript')
  })

  test('answers in time are counted in bars that sum up', () => {
    const transcript = Array.from({ length: 50 }, (_, at) => exchange(`x${at}`, 'burst', { startedMs: 0, flushedMs: 0, repliedMs: 1.5 ** (at % 12), endedMs: 200 }))
    const html = renderHtml(reportOf([verdict('webhook-order-independent', 'passed', { case: 'burst' })]), { ...context, transcript })
    const section = html.slice(html.indexOf('id="latency"'))
    expect([...section.matchAll(/text-anchor="middle">(\d+)</g)].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(50)
    expect(section).toContain('50 answers: half within')
  })

  test('the kill matrix is there when it is given, for the role of the report', () => {
    const kill = { target: 'any-content-type', fault: 'does not look at the content type', requirement: 'webhook-body-raw-bytes', killedBy: ['a/b'] }
    const html = renderHtml(reportOf(mixed), { ...seen, killMatrix: { roles: [{ role: 'consumer', kills: [kill] }, { role: 'producer', kills: [{ ...kill, target: 'another' }] }] } })
    expect(html).toContain('1 of 1 broken target found out')
    expect(html).toContain('this check was seen to fail: <code>any-content-type</code>')
    expect(html).not.toContain('another')
  })
})
