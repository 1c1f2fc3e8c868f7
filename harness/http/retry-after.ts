import type { HeaderLine } from './message.ts'

const day = '(Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const month = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const time = '[0-2][0-9]:[0-5][0-9]:[0-6][0-9]'

/** The three spellings of HTTP-date: IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7). */
const dates = [
  new RegExp(`^${day}, [0-3][0-9] ${month} [0-9]{4} ${time} GMT$`),
  new RegExp(`^(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday), [0-3][0-9]-${month}-[0-9]{2} ${time} GMT$`),
  new RegExp(`^${day} ${month} [ 0-3][0-9] ${time} [0-9]{4}$`),
]

/** What is wrong with the Retry-After of an answer, or undefined when it is well-formed (RFC 9110, section 10.2.3). */
export function retryAfterProblem(headers: readonly HeaderLine[]): string | undefined {
  const values = headers.filter(([name]) => name.toLowerCase() === 'retry-after').map(([, value]) => value.trim())
  const [value] = values
  if (value === undefined) return 'no Retry-After'
  if (values.length > 1) return `${values.length} Retry-After headers`
  if (/^[0-9]{1,10}$/.test(value) || dates.some((form) => form.test(value))) return undefined
  return `Retry-After: ${value.slice(0, 80)}`
}

/** Milliseconds that an answer asks to wait, or undefined when it does not say. */
export function retryAfterMs(headers: readonly HeaderLine[], nowMs: number): number | undefined {
  if (retryAfterProblem(headers) !== undefined) return undefined
  const value = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1].trim() ?? ''
  if (/^[0-9]+$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}
