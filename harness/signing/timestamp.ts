import type { SignatureTimestamp } from './scheme.ts'

type Unit = SignatureTimestamp['unit']

const dateTime =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]{1,9})?(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/

const grammars: Readonly<Record<Unit, string>> = { s: '^[0-9]{1,12}$', ms: '^[0-9]{1,15}$', rfc3339: dateTime.source }

/** The exact grammar of a timestamp whose field states none: digits only, or an RFC 3339 date-time with `T` and `Z` in upper case. */
export function timestampGrammar(unit: Unit): string {
  return grammars[unit]
}

/** Milliseconds since the epoch that a timestamp means, or `undefined` when it is no timestamp of that unit. */
export function timestampMs(unit: Unit, text: string): number | undefined {
  if (unit === 'rfc3339') return dateTimeMs(text)
  if (!/^[0-9]{1,15}$/.test(text)) return undefined
  return unit === 's' ? Number(text) * 1000 : Number(text)
}

/** A timestamp as the unit writes it, for a moment in milliseconds since the epoch. Seconds are rounded down. */
export function timestampText(unit: Unit, atMs: number): string {
  if (unit === 'rfc3339') return new Date(atMs).toISOString()
  return String(Math.floor(unit === 's' ? atMs / 1000 : atMs))
}

/**
 * What freshness says of a timestamp: `undefined` when it lies inside the tolerance, both ends included.
 *
 * The clock is read in the unit's own resolution, so a timestamp in seconds is compared with whole seconds.
 */
export function staleness(rule: SignatureTimestamp, atMs: number, now: number): 'too-old' | 'too-new' | undefined {
  const ageMs = (rule.unit === 's' ? Math.floor(now / 1000) * 1000 : now) - atMs
  if (ageMs > rule.past * 1000) return 'too-old'
  return -ageMs > rule.future * 1000 ? 'too-new' : undefined
}

function dateTimeMs(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = dateTime.exec(text) ?? []
  if (year === undefined) return undefined
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (date.getUTCDate() !== Number(day)) return undefined
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return date.getTime() + (seconds - offsetSeconds(offset)) * 1000 + Math.floor(Number(`0${fraction}`) * 1000)
}

function offsetSeconds(offset: string): number {
  if (offset === 'Z') return 0
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number)
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60
}
