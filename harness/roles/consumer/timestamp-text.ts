/** A point in time as a scheme's timestamp field spells it. */
export function timestampText(ms: number, unit: 's' | 'ms' | 'rfc3339'): string {
  if (unit === 'rfc3339') return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
  return String(unit === 's' ? Math.floor(ms / 1000) : Math.floor(ms))
}
