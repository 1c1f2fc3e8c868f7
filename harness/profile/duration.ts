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
