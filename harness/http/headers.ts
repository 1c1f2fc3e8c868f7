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
 * The same lines with these values under one name, and no others: none at all without a value.
 *
 * They stand where the first line of that name stood, spelled as `name` is; without one they are appended.
 */
export function withHeader(headers: readonly HeaderLine[], name: string, ...values: readonly string[]): HeaderLine[] {
  const lines = values.map((value): HeaderLine => [name, value])
  const at = headers.findIndex(named(name))
  if (at === -1) return [...headers, ...lines]
  return [...headers.slice(0, at), ...lines, ...withoutHeader(headers.slice(at + 1), name)]
}

function named(name: string): (line: HeaderLine) => boolean {
  const wanted = name.toLowerCase()
  return ([candidate]) => candidate.toLowerCase() === wanted
}
