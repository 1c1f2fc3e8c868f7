/** What a block of an event stream says. Any member may be left out; without data nothing is dispatched. */
export interface EncodedFields {
  readonly id?: string
  /** Left out, or empty: `message`. */
  readonly type?: string
  /** CR, LF and CRLF each start a new line; the other side gets LF. */
  readonly data?: string
  /** Milliseconds. */
  readonly retry?: number
}

/**
 * The text of one block with its blank line, to be sent as UTF-8.
 *
 * Whatever stands in the fields, it makes this one block: WHATWG HTML, section 9.2.5. One space behind each colon keeps the leading
 * spaces of values. A lone surrogate becomes U+FFFD when the text is encoded.
 * Throws a TypeError where the format has no spelling: a line end in the type, a line end or NUL in the id, a reconnection time that is
 * not a whole number of milliseconds, a type without data, nothing at all.
 */
export function encodeEvent({ id, type, data, retry }: EncodedFields): string {
  const lines: string[] = []
  if (id !== undefined) lines.push(`id: ${idText(id)}`)
  if (type !== undefined && type !== '') lines.push(`event: ${typeText(type, data)}`)
  if (retry !== undefined) lines.push(`retry: ${retryText(retry)}`)
  if (data !== undefined) lines.push(...linesOf(data).map((line) => `data: ${line}`))
  if (lines.length === 0) throw new TypeError('an event without any field cannot be encoded')
  return `${lines.join('\n')}\n\n`
}

/** A comment, without a blank line: it may stand within a block. Each line of the text becomes one; the text follows the colon at once. */
export function encodeComment(text = ''): string {
  return linesOf(text).map((line) => `:${line}\n`).join('')
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/)
}

function idText(id: string): string {
  if (/[\r\n\0]/.test(id)) throw new TypeError('an id with CR, LF or NUL cannot be encoded')
  return id
}

function typeText(type: string, data: string | undefined): string {
  if (/[\r\n]/.test(type)) throw new TypeError('a type with CR or LF cannot be encoded')
  if (data === undefined) throw new TypeError('a type without data would never be dispatched')
  return type
}

function retryText(retry: number): string {
  if (!Number.isSafeInteger(retry) || retry < 0) throw new TypeError('a reconnection time has to be a whole number of milliseconds, 0 or more')
  return String(retry)
}
