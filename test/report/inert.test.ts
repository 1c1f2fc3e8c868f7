import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inert, inertLines, markdown, markdownFence, printable, workflowData, workflowProperty, xml } from '../../harness/report/inert.ts'

describe('text that came from a target', () => {
  test.each([
    ['an ANSI colour', '\x1b[31mred', '\\x1b[31mred'],
    ['a one-byte CSI', '\u009b31m', '\\x9b31m'],
    ['a line break', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
    ['a right-to-left override', 'a\u202egpj', 'a\\u{202e}gpj'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a lone surrogate', '\ud800x', '\\u{d800}x'],
    ['a noncharacter', '\uffff', '\\u{ffff}'],
    ['an invisible letter', 'a\u3164b', 'a\\u{3164}b'],
    ['a blank that is not the blank', 'a\u00a0b', 'a\\xa0b'],
    ['a tower of marks', 'e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\\u{301}'],
    ['a workflow command', '::error::x', '\\x3a:error\\x3a:x'],
    ['an old workflow command', 'x ##[error]y', 'x \\x23#[error]y'],
    ['a logging command of another service', '##vso[a]b ##teamcity[c]', '\\x23#vso[a]b \\x23#teamcity[c]'],
  ])('shows %s as a visible escape', (_, text, shown) => {
    expect(inert(text)).toBe(shown)
  })

  test('keeps what people write', () => {
    const text = 'Grüße, 注文 №5 "a\\u00e9" [::1]:80 — ✓ 😀'
    expect(inert(text)).toBe(text)
  })

  test('is cut at a bound that is announced, never inside a character', () => {
    expect(inert('y'.repeat(1_000_000), 10)).toBe(`${'y'.repeat(10)}… (1000000 characters)`)
    expect(inert('abc😀def', 4)).toBe('abc… (8 characters)')
  })

  test('of any kind has nothing unprintable left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(inert(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
        expect(inert(text)).not.toMatch(/^\s*::[a-z]|##[a-z]*\[/i)
      }),
    )
  })

  test('of many lines is bounded in both directions', () => {
    expect(inertLines('a\r\nb\n')).toEqual(['a', 'b'])
    expect(inertLines('a\nb\nc', 2)).toEqual(['a', 'b', '… the rest is in the transcript'])
    expect(inertLines('z'.repeat(10_000_000), 3, 5)).toEqual(['zzzzz…', '… the rest is in the transcript'])
    expect(inertLines('a\rb')).toEqual(['a\\rb'])
  })

  test('can be copied from a command without a bound or another change', () => {
    expect(printable(`x ${'--only a '.repeat(200)}'::a'`)).toBe(`x ${'--only a '.repeat(200)}'::a'`)
  })
})

describe('the escapes of the formats', () => {
  test('keep XML syntax out of reach', () => {
    expect(xml(`]]> <a b="c" d='e'>&amp;`)).not.toMatch(/[<>"']|&(?!#\d+;)/)
  })

  test.each(['[a](javascript:x)', '<script>', '`code`', 'a|b', '**b**', '_i_', '@octocat', '#12', 'https://x.example', ':tada:', '$x$', '~~s~~', '\\|', '&lt;'])(
    'leave no Markdown construct in %s',
    (text) => {
      expect(markdown(text).replace(/&#\d+;/g, '')).not.toMatch(/[&<>`|*_[\]#~\\@$]|:(?=\S)/)
    },
  )

  test('leave no bare address for Markdown to link', () => {
    expect(markdown('see www.x.example and WWW.y.example')).not.toMatch(/www\./i)
  })

  test('fence code with more backticks than it holds', () => {
    expect(markdownFence(['a', '```', '`````'])).toBe('``````')
    expect(markdownFence(['a'])).toBe('```')
  })

  test('of workflow commands are undone by the runner to the same text', () => {
    const text = '100%0A: a, b\r\n::x::%25'
    expect(workflowData(text)).toBe('100%250A: a, b%0D%0A::x::%2525')
    expect(workflowProperty(text)).toBe('100%250A%3A a%2C b%0D%0A%3A%3Ax%3A%3A%2525')
  })
})
