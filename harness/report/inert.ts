/**
 * Text that came from a target, made unable to act on whoever reads it.
 *
 * Two layers, in this order: `inert` bounds the length and shows what cannot be printed as visible escapes, the same for
 * every format; then the escape of the one format (`xml`, `markdown`, `workflowData`, …) keeps its syntax out of reach.
 * A backslash of the target stays as it is: JSON bodies are full of them, and an escape that is only shown does no harm.
 */

/** Characters kept of one value, before escapes are spelled out. */
const valueLimit = 400
/** Characters kept of one line of an exchange, and lines kept of one exchange. */
const lineLimit = 300
const linesLimit = 40

/**
 * What a terminal or a parser acts on, or shows as nothing: controls, format characters (bidirectional overrides among
 * them), lone surrogates, noncharacters, separators other than the plain blank, ignorable code points, and every
 * combining mark that is stacked on three others.
 */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{DI}]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu

/** Starts of the log commands of build services: `::name` on a line, `##[name]` and `##name[` anywhere. */
const logCommand = /##(?=[a-z]*\[)|::(?=[a-z])/giu

/** One line that is safe to print: bounded, without controls, and without a log command of a build service. */
export function inert(text: string, limit = valueLimit): string {
  const note = text.length > limit ? `… (${text.length} characters)` : ''
  return disarmed(cut(text, limit)) + note
}

/** The lines of a longer text, each inert; what does not fit is announced in a last line. A CR before LF is dropped. */
export function inertLines(text: string, lines = linesLimit, columns = lineLimit): readonly string[] {
  const head = text.slice(0, lines * columns * 4)
  const all = head.replace(/\r?\n$/, '').split(/\r?\n/)
  const shown = all.slice(0, lines).map((line) => disarmed(cut(line, columns)) + (line.length > columns ? '…' : ''))
  const whole = all.length <= lines && head.length === text.length
  return whole ? shown : [...shown, '… the rest is in the transcript']
}

/** One line without anything unprintable; its length is not bounded and nothing else is changed, so it can be copied. */
export function printable(text: string): string {
  return text.replace(unprintable, visible)
}

/** For element content and attribute values of XML 1.0. Expects inert text, which has no character that XML forbids. */
export function xml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`)
}

/**
 * For running text and table cells of GitHub Flavored Markdown. Character references cannot open a construct
 * (CommonMark 0.31, 2.5), so links, code, tables, HTML, mentions, emphasis, formulas and bare addresses stay text.
 */
export function markdown(text: string): string {
  return text
    .replace(/[&<>`|*_[\]#~\\@$]|:(?=\S)/g, (char) => `&#${char.codePointAt(0)};`)
    .replace(/w(?=ww\.)/gi, (char) => `&#${char.codePointAt(0)};`)
}

/** A fence that no line of the text can close (CommonMark 0.31, 4.5). */
export function markdownFence(lines: readonly string[]): string {
  const runs = lines.join('\n').match(/`+/g) ?? []
  return '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
}

/** For the message of a workflow command of GitHub Actions. */
export function workflowData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** For a property of a workflow command of GitHub Actions, such as its title. */
export function workflowProperty(text: string): string {
  return workflowData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  // Between the halves of a surrogate pair a cut would leave a half behind.
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')
}

function disarmed(text: string): string {
  return printable(text).replace(logCommand, (start) => (start === '::' ? '\\x3a:' : '\\x23#'))
}

function visible(char: string): string {
  if (char === '\n') return '\\n'
  if (char === '\r') return '\\r'
  if (char === '\t') return '\\t'
  const code = char.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
