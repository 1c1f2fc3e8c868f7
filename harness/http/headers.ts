import type { HeaderLine } from './message.ts'

/** The values of every line with this name, in order; names are compared without regard to case. */
export function headerValues(headers: readonly HeaderLine[], name: string): string[] {
  return headers.filter(named(name)).map(([, value]) => value)
}

/** The same lines less every one with this name. */
export function withoutHeader(headers: readonly HeaderLine[], name: string): HeaderLine[] {
  const matches = named(name)
  return headers.filter((line) => !matches(line))
}

/**
 * The same lines with exactly one of this name.
 *
 * The new line stands where the first of that name stood, spelled as `name` is; without one it is appended.
 */
export function withHeader(headers: readonly HeaderLine[], name: string, value: string): HeaderLine[] {
  const at = headers.findIndex(named(name))
  if (at === -1) return [...headers, [name, value]]
  return [...headers.slice(0, at), [name, value], ...withoutHeader(headers.slice(at + 1), name)]
}

function named(name: string): (line: HeaderLine) => boolean {
  const wanted = name.toLowerCase()
  return ([candidate]) => candidate.toLowerCase() === wanted
}
