import { describe, expect, it } from 'vitest'
import { exchangeText } from '../../harness/report/exchange-text.ts'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { near } from '../../cli/near.ts'
import { quoted, repeatCommand } from '../../harness/report/repeat-command.ts'
import { printable } from '../../harness/report/inert.ts'
import type { ExchangeLine } from '../../harness/transcript/line.ts'
import { reportOf, verdict } from '../report/fixture.ts'

describe('the command that repeats a case', () => {
  const run = { target: 'http://127.0.0.1:3000/hook?a=1&b=2', profile: 'stripe', seed: 7 }

  it('quotes what a shell would read', () => {
    expect(repeatCommand({ ...run, flags: [['exec', "node it's.mjs $HOME"]] }, 'consumer-list/first')).toBe(
      "npx conformance run --target 'http://127.0.0.1:3000/hook?a=1&b=2' --profile stripe --exec 'node it'\\''s.mjs $HOME' --seed 7 --only consumer-list/first",
    )
    expect(quoted('')).toBe("''")
  })

  it('never holds a secret that was typed, nor a header that says it is one', () => {
    const command = repeatCommand(
      {
        ...run,
        secrets: [{ text: 'typed', spelled: undefined }, { text: 'read', spelled: 'env:OTHER' }],
        headers: [{ spelled: 'Authorization: env:AUTHORIZATION' }],
      },
      'a/b',
    )
    expect(command).toContain('--secret "$SECRET" --secret env:OTHER --header \'Authorization: env:AUTHORIZATION\'')
    expect(command).not.toMatch(/typed|Bearer/)
  })
})

describe('an exchange as text', () => {
  const line: ExchangeLine = {
    kind: 'exchange',
    id: 'x1.1',
    case: 'a/b',
    event: 'an event',
    ids: [],
    request: {
      method: 'POST',
      url: 'http://127.0.0.1:3000/hook?x=1',
      headers: [...Array.from({ length: 30 }, (_, index) => [`x-${index}`, 'v'] as const), ['webhook-signature', 'v1,abc'] as const],
      body: { text: `{"a":"${'😀'.repeat(5000)}"}`, bytes: 20_008 },
    },
    startedMs: 0,
    endedMs: 1,
    reply: { status: 500, reason: '\x1b[31m', headers: [['x', '::error::\r\nowned\u202e']], body: { text: 'a\nb\x00', bytes: 4 }, truncated: true },
  }

  it('is bounded, shows the signature, and cannot act on a terminal or a build log', () => {
    const lines = exchangeText(line).split('\n')
    expect(lines.length).toBeLessThanOrEqual(16)
    expect(Math.max(...lines.map((each) => each.length))).toBeLessThan(600)
    expect(lines[0]).toBe('> POST /hook?x=1 HTTP/1.1')
    expect(lines).toContain('> webhook-signature: v1,abc')
    expect(lines).toContain('< a\\nb\\x00  (4 bytes)')
    expect(printable(lines.join(''))).toBe(lines.join(''))
    expect(lines.join('')).not.toContain('::error')
  })

  it('without an answer says why there is none', () => {
    const { reply: _, ...silent } = line
    expect(exchangeText({ ...silent, fault: 'reset', detail: 'ECONNRESET' })).toMatch(/\n< no answer: reset, ECONNRESET$/)
  })
})

describe('the exit code of a report', () => {
  const passed = [verdict('webhook-signature-accepted', 'passed')]
  const obstacle = { code: 'unreachable', fact: 'nothing is there', cure: 'start it' }

  it.each([
    [0, passed, { conformant: true }],
    [1, passed, { conformant: false }],
    [3, passed, { conformant: null }],
    [3, passed, { conformant: true, measured: 0 }],
    [3, [], { conformant: true }],
    [3, passed, { conformant: true, obstacle }],
    [3, passed, { conformant: false, obstacle }],
    [0, passed, { conformant: true, obstacle: { ...obstacle, code: 'died' } }],
    [3, passed, { conformant: null, obstacle: { ...obstacle, code: 'died' } }],
    [1, passed, { conformant: false, obstacle: { ...obstacle, code: 'died' } }],
  ] as const)('is %i (%#)', (code, verdicts, summary) => {
    expect(exitCodeOf(reportOf(verdicts, summary))).toBe(code)
  })
})

it('names that come near a word are misspelled or hold it, nearest first, and nothing else', () => {
  expect(near('tagret', ['target', 'trigger', 'out'])).toEqual(['target'])
  expect(near('covers-body', ['webhook-signature-covers-body', 'webhook-ack-deadline'])).toEqual(['webhook-signature-covers-body'])
  expect(near('zzzz', ['target', 'out'])).toEqual([])
})
