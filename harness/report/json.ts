import type { Report } from './report.ts'

/**
 * `report.json`: the report itself, indented by two blanks, with a final line feed.
 *
 * Parsing it gives back every character. What a terminal, a build log or an HTML page around it might act on is written
 * as an escape of JSON, which means the same.
 */
export function renderJson(report: Report): string {
  return inertJson(report)
}

/** A value as indented JSON in which no character acts on a terminal, a build log or an HTML page; with a final line feed. */
export function inertJson(value: unknown): string {
  return `${harmless(JSON.stringify(value, null, 2))}\n`
}

/** The text of a JSON document with escapes in place of characters that act on a terminal, a build log or an HTML page; it means the same. */
export function harmless(json: string): string {
  return json
    .replace(/[\p{DI}\p{Zl}\p{Zp}]|(?!\n)\p{C}/gu, escapeUnits)
    .replace(/<(?=[/!])/g, '\\u003c')
    .replace(/#(?=#[a-z]*\[)/gi, '\\u0023')
}

/** One character as the escapes of its UTF-16 units. */
function escapeUnits(char: string): string {
  let escapes = ''
  for (let at = 0; at < char.length; at += 1) escapes += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`
  return escapes
}
