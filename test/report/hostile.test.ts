import { describe, expect, test } from 'vitest'
import type { RenderContext } from '../../harness/report/render.ts'
import { renderers } from '../../harness/report/render.ts'
import { context, hostile, mixed, reportOf, verdict } from './fixture.ts'
import { megabyte, recorded } from './recorded.ts'

/** A report in which a target wrote whatever it can write, with the messages that it sent. */
const everywhere = reportOf(
  [...mixed, verdict('webhook-signature-required', 'failed', { case: hostile, title: hostile, expected: hostile, saw: hostile, exchanges: [hostile] }), verdict(hostile, 'unproven', { reason: hostile })],
  { obstacle: { code: hostile, fact: hostile, cure: hostile }, unlock: [{ flag: hostile, requirements: 1 }] },
  {
    target: { url: hostile, role: hostile, profile: hostile, profileHash: hostile, name: hostile, version: hostile, attachment: ['url'] },
    diagnoses: [{ code: hostile, fact: hostile, cure: hostile, cases: [hostile] }],
    exceptions: [{ id: hostile, reason: hostile }],
  },
)
const seen: RenderContext = { ...context, transcript: recorded, controls: () => [hostile], fix: () => hostile, chapter: () => hostile, repeatCommand: () => 'npx conformance run' }

const formats = Object.entries(renderers)

/** What each format has that could be a way out of it, beside what all share. */
const waysOut: Readonly<Record<string, RegExp>> = {
  junit: /<(?!\/?(testsuites?|testcase|properties|property|failure|error|skipped|system-out)\b|\?xml)/,
  html: /<(?=script>window|img|[^>]*\son\w+=)|javascript:alert\(1\)(?=["'][^<]*>)/,
  markdown: /@octocat|\]\(javascript/,
  tap: /^(?!$|TAP version 14$|1\.\.\d+$|(not )?ok \d+ - |# | {2}(---|\.\.\.|"|  - "))/m,
}

describe('what a target wrote', () => {
  test.each(formats)('is harmless text in %s: no control, no override, no half of a character, no log command', (name, render) => {
    const text = render(everywhere, seen)
    expect(text).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u)
    expect(text).not.toMatch(/##(vso|\[error)/i)
    if (name !== 'github') expect(text).not.toMatch(/^\s*::[a-z]/im)
    expect(Buffer.from(text).toString()).toBe(text)
    const outside = name === 'markdown' ? text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '') : text
    const [found] = (waysOut[name] ?? /(?!)/).exec(outside) ?? []
    expect(found).toBeUndefined()
  })

  test.each(formats)('does not vanish from %s: a trace of it is there to be read', (_, render) => {
    // The report itself keeps each character, as an escape of JSON; the others spell it out.
    expect(render(everywhere, seen)).toMatch(/\\x1b(\[|&#91;)31m|\\\\x1b\\?\\?\[31m|\\u001b\[31m/)
  })

  test.each(formats.filter(([name]) => name !== 'json'))('is bounded in %s, a value of a megabyte included', (_, render) => {
    const long = reportOf([...mixed, verdict('webhook-signature-required', 'failed', { title: megabyte, expected: megabyte, saw: megabyte, reason: megabyte })])
    expect(render(long, seen).length).toBeLessThan(300_000)
    expect(render(long, seen)).not.toContain('m'.repeat(5000))
  })
})
