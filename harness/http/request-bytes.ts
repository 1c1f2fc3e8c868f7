import { HarnessError } from '../errors.ts'
import { headerValues } from './headers.ts'
import type { HeaderLine, WireRequest } from './message.ts'

/** A field name or a method: RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What must not stand in a field value, and what latin1 would fold into such a character (U+010A becomes LF). */
// oxlint-disable-next-line no-control-regex -- the control characters are the point
const outsideValue = /[\0\r\n]|[^\0-\xff]/
/** Methods that anticipate no content, so that an empty body needs no length: RFC 9110, section 8.6. */
const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

/**
 * The URL of a request, fit to be connected to.
 *
 * @throws HarnessError `usage` for what is not an absolute http or https URL, and for one with credentials:
 * they would end up in transcripts.
 */
export function requestUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new HarnessError('usage', 'the URL of a request is not an absolute URL', 'give it with its scheme and host: http://localhost:3000/webhooks')
  }
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HarnessError('usage', `requests cannot be sent over ${url.protocol.slice(0, -1)}`, 'use a URL that starts with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new HarnessError('usage', `the URL of ${url.host} carries credentials`, "leave them out and pass --header 'Authorization: …'")
  }
  return url
}

/**
 * The bytes of a request, one buffer a write.
 *
 * The header section is in front of the first piece of the body; a cut at offset 0 gives it a write of its own.
 * Header lines are written as given; `Host` is put first and `Connection` and the framing header last where absent.
 *
 * @throws TypeError for a request that could be read in two ways: line breaks in a header, two kinds of framing,
 * a length below that of the body.
 */
export function requestWrites(request: WireRequest, url: URL): Buffer[] {
  const chunked = request.framing?.transfer === 'chunked'
  checkFraming(request, chunked)
  const head = headSection(request, url, chunked)
  const pieces = cut(request.body, request.framing?.cuts ?? [])
  const [first = Buffer.alloc(0), ...rest] = chunked ? asChunks(pieces) : pieces
  return [Buffer.concat([head, first]), ...rest]
}

function checkFraming({ headers, body }: WireRequest, chunked: boolean): void {
  const lengths = headerValues(headers, 'content-length')
  const codings = headerValues(headers, 'transfer-encoding')
  if (chunked ? lengths.length > 0 : codings.length > 0) throw new TypeError('A header contradicts the framing of the body')
  if (lengths.length + codings.length > 1) throw new TypeError('A request has more than one framing header')
  const [length] = lengths
  if (length !== undefined && (!/^\d{1,15}$/.test(length) || Number(length) < body.length)) {
    throw new TypeError('Content-Length is not a number or is less than the length of the body')
  }
}

function headSection(request: WireRequest, url: URL, chunked: boolean): Buffer {
  if (!token.test(request.method)) throw new TypeError('A method is not a token')
  const lines = [`${request.method} ${url.pathname}${url.search} HTTP/1.1`]
  for (const [name, value] of completed(request, url, chunked)) {
    if (!token.test(name)) throw new TypeError('A header name is not a token')
    if (outsideValue.test(value)) throw new TypeError(`The value of header ${name} contains CR, LF, NUL or a character outside latin1`)
    lines.push(`${name}: ${value}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

function completed({ method, headers, body }: WireRequest, url: URL, chunked: boolean): HeaderLine[] {
  const absent = (name: string): boolean => headerValues(headers, name).length === 0
  const lines: HeaderLine[] = [...headers]
  if (absent('host')) lines.unshift(['Host', url.host])
  if (absent('connection')) lines.push(['Connection', 'close'])
  if (chunked && absent('transfer-encoding')) lines.push(['Transfer-Encoding', 'chunked'])
  const needsLength = body.length > 0 || !bodiless.has(method)
  if (!chunked && needsLength && absent('content-length')) lines.push(['Content-Length', String(body.length)])
  return lines
}

/** The body between the cuts. A cut at 0 yields an empty first piece; those at or past the end are dropped. */
function cut(body: Buffer, cuts: readonly number[]): Buffer[] {
  const offsets = [...new Set(cuts)].filter((at) => at >= 0 && at < body.length).toSorted((a, b) => a - b)
  const starts = [0, ...offsets]
  return starts.map((start, index) => body.subarray(start, starts[index + 1] ?? body.length))
}

/** RFC 9112, section 7.1. An empty piece is no chunk, since a chunk of size 0 ends the body. */
function asChunks(pieces: readonly Buffer[]): Buffer[] {
  const last = Buffer.from('0\r\n\r\n', 'latin1')
  const chunks = pieces.map((piece) =>
    piece.length === 0 ? piece : Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, Buffer.from('\r\n', 'latin1')]),
  )
  return chunks.map((chunk, index) => (index === chunks.length - 1 ? Buffer.concat([chunk, last]) : chunk))
}
