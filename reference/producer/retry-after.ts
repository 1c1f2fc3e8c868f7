import type { HeaderLine } from '../../harness/http/message.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const time = '(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})'
const month = `(?<month>${months.join('|')})`

/** HTTP-date in its three spellings: IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7). */
const spellings = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>[0-9]{2}) ${month} (?<year>[0-9]{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>[0-9]{2})-${month}-(?<year>[0-9]{2}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ 0-9][0-9]) ${time} (?<year>[0-9]{4})$`),
]

/**
 * Milliseconds for which an answer asks to be left alone, 0 when it asks for none.
 *
 * Malformed values are none; of several values the largest counts (RFC 9110, section 10.2.3).
 */
export function retryAfterMs(headers: readonly HeaderLine[], nowMs: number): number {
  const values = headers.filter(([name]) => name.toLowerCase() === 'retry-after').map(([, value]) => value.trim())
  return Math.max(0, ...values.map((value) => (/^[0-9]+$/.test(value) ? Number(value) * 1000 : (dateMs(value, nowMs) ?? nowMs) - nowMs)))
}

function dateMs(text: string, nowMs: number): number | undefined {
  const found = spellings.map((spelling) => spelling.exec(text)?.groups).find((groups) => groups !== undefined)
  if (found === undefined) return undefined
  const { day, month: name = '', year = '', hour, minute, second } = found
  return Date.UTC(year.length === 2 ? fullYear(Number(year), nowMs) : Number(year), months.indexOf(name), Number(day), Number(hour), Number(minute), Number(second))
}

/** A year of two digits lies at most fifty years ahead. */
function fullYear(year: number, nowMs: number): number {
  const present = new Date(nowMs).getUTCFullYear()
  const near = present - (present % 100) + year
  return near > present + 50 ? near - 100 : near
}
