import type { Verdict } from '../report/report.ts'

const mostWords = 8

/**
 * What went wrong, in a form that is the same from run to run: the outcome and the words of what was seen, such as
 * `failed:401` or `failed:200-and-the-event-took-effect-once`.
 *
 * Quotes, parentheses and what follows a semicolon are left out, and every number but an HTTP status: they hold what the
 * target said, ids, counts and times. Undefined for what passed or does not apply.
 */
export function failureCode({ outcome, saw, reason }: Pick<Verdict, 'outcome' | 'saw' | 'reason'>): string | undefined {
  if (outcome === 'passed' || outcome === 'inapplicable') return undefined
  const text = (outcome === 'failed' ? saw : (reason ?? '')).split(/["“{([;]/)[0] ?? ''
  const words = text
    .toLowerCase()
    .replace(/[+-]?\d+(?:\.\d+)?\s?(?:ms|s|m|h|d|min|bytes|kb|kib|mib)\b/g, ' ')
    .split(/[^a-z0-9…]+/)
    .filter((word) => /^[1-5]\d\d$/.test(word) || /^[a-z]+$/.test(word))
  return [outcome, words.slice(0, mostWords).join('-')].filter((part) => part !== '').join(':')
}
