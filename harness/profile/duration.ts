/** A span of time with its unit, such as `1500ms`, `15s`, `5m`, `72h`, `3d`. */
export type Duration = `${number}${keyof typeof milliseconds}`

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of a duration, or `undefined` when the text is none: whole numbers only, no sign, no blank, no bare number. */
export function parseDuration(text: string): number | undefined {
  const match = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text)
  if (match === null) return undefined
  // The pattern lets only keys of the table through.
  return Number(match[1]) * milliseconds[match[2] as keyof typeof milliseconds]
}

/** A span of time for people, exact to the microsecond: `400 ms`, `5 s`, `12.5 min`, `28 h`. The largest unit that needs at most one decimal. */
export function durationWords(ms: number): string {
  const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000]] as const
  const unit = units.find(([, size]) => ms >= size && (ms * 10) % size === 0)
  if (unit) return `${ms / unit[1]} ${unit[0]}`
  return ms >= 1000 ? `${Math.round(ms * 1000) / 1_000_000} s` : `${Math.round(ms * 1000) / 1000} ms`
}
