import type { HeaderLine } from '../../http/message.ts'
import type { ServedLine } from '../../transcript/client-line.ts'
import type { AttemptLine, ExchangeLine, RecordedBody } from '../../transcript/line.ts'
import type { StreamLine } from '../../transcript/stream-line.ts'
import { inert, inertLines } from '../inert.ts'

/** A line of the transcript that holds a request and what became of it. */
export type MessageLine = ExchangeLine | AttemptLine | StreamLine | ServedLine

/** One message as a reader sees it: who sent it, its text, its body in hex. All of it is inert. */
export interface ShownMessage {
  readonly from: 'harness' | 'target'
  /** Start line, headers, a blank line, the body; or what was seen in place of a message. */
  readonly lines: readonly string[]
  /** The first bytes of the body, sixteen a row; empty without a body. */
  readonly hex: readonly string[]
  /** Bytes of the body. */
  readonly bytes: number
}

const mostHeaders = 30
const headerLimit = 300
const bodyLines = 12
const bodyColumns = 600
const hexBytes = 256

/** Request and answer of an exchange or a stream, and of an attempt or a client's request, which the target sends. */
export function messagesOf(line: MessageLine): readonly ShownMessage[] {
  switch (line.kind) {
    case 'attempt':
      return [message('target', startLine(line.request.method, line.request.target), line.request.headers, line.request.body), told('harness', line.answer)]
    case 'served':
      return [message('target', startLine(line.request.method, line.request.target), line.request.headers, noBody), message('harness', inert(line.answer, 200), [], line.body)]
    case 'exchange': {
      const { request, reply } = line
      const sent = message('harness', `${startLine(request.method, pathOf(request.url))}${request.framing === undefined ? '' : `  (${inert(request.framing, 80)})`}`, request.headers, request.body)
      if (!reply) return [sent, told('target', noAnswer(line))]
      const answer = message('target', statusLine(reply.status, reply.reason), reply.headers, reply.body)
      return [sent, reply.truncated ? { ...answer, lines: [...answer.lines, '(the answer is longer, or broke off)'] } : answer]
    }
    case 'stream': {
      const sent = message('harness', startLine(line.request.method, pathOf(line.request.url)), line.request.headers, noBody)
      if (line.status === undefined) return [sent, told('target', noAnswer(line))]
      const stream = message('target', statusLine(line.status, ''), line.headers ?? [], line.start ?? noBody)
      return [sent, { ...stream, lines: [...stream.lines, `(${line.bytes} bytes in all, ended by the ${line.endedBy})`] }]
    }
  }
}

const noBody: RecordedBody = { text: '', bytes: 0 }

function startLine(method: string, target: string): string {
  return `${inert(method, 20)} ${inert(target, headerLimit)} HTTP/1.1`
}

function statusLine(status: number, reason: string): string {
  return `HTTP/1.1 ${status} ${inert(reason, 80)}`.trimEnd()
}

/** In place of a message, what was seen of it. */
function told(from: ShownMessage['from'], text: string): ShownMessage {
  return { from, lines: [inert(text, 300)], hex: [], bytes: 0 }
}

/** What came in place of an answer. */
export function noAnswer({ fault, detail }: Pick<ExchangeLine, 'fault' | 'detail'>): string {
  return `no answer: ${inert([fault ?? 'none was seen', detail ?? ''].filter((part) => part !== '').join(', '), 200)}`
}

/** The path and query of a URL; anything else as it is. */
export function pathOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** The recorded bytes of a body; what the recorder cut is not among them. */
export function bytesOf(body: RecordedBody): Buffer {
  return body.text === undefined ? Buffer.from(body.base64 ?? '', 'base64') : Buffer.from(body.text, 'utf8')
}

/** Bytes as lines of sixteen: offset, hex, and the printable ones as text. */
export function hexDump(bytes: Buffer, most = hexBytes): readonly string[] {
  const rows: string[] = []
  for (let at = 0; at < Math.min(bytes.length, most); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, most))
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    rows.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${[...row].map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('')}`)
  }
  return bytes.length > most ? [...rows, `… ${bytes.length - most} bytes more in the transcript`] : rows
}

function message(from: ShownMessage['from'], start: string, headers: readonly HeaderLine[], body: RecordedBody): ShownMessage {
  const shown = headers.slice(0, mostHeaders).map(([name, value]) => `${inert(name, 100)}: ${inert(value, headerLimit)}`)
  const text = body.text === undefined ? [`(${body.bytes} bytes that are no text, in hex below)`] : inertLines(body.text, bodyLines, bodyColumns)
  return {
    from,
    lines: [start, ...shown, ...(headers.length > mostHeaders ? [`… ${headers.length - mostHeaders} more headers`] : []), ...(body.bytes === 0 ? [] : ['', ...text])],
    hex: body.bytes === 0 ? [] : hexDump(bytesOf(body)),
    bytes: body.bytes,
  }
}
