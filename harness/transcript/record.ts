import { createHash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { harmless } from '../report/json.ts'
import type { WireExchange, WireRequest } from '../http/message.ts'
import type { ExchangeLine, RecordedBody, TranscriptLine } from './line.ts'

const keptBytes = 4096

/** What the recorder needs besides the exchange itself. */
export interface ExchangeContext {
  readonly id: string
  readonly case: string
  readonly event: string
  readonly ids: readonly string[]
  /** Replaces every secret by a mark. */
  readonly redact: (text: string) => string
  /** Marks what only the target should know, in what the target said. */
  readonly reveal: (text: string) => string
  readonly superseded?: boolean
  /** Bytes of the answer's body that are kept. Default 4096. */
  readonly keptReplyBytes?: number
}

/** The transcript's line of one exchange: redacted, bounded, times rounded to microseconds. */
export function recordExchange(request: WireRequest, exchange: WireExchange, context: ExchangeContext): ExchangeLine {
  const { redact, reveal } = context
  const { reply } = exchange
  return {
    kind: 'exchange',
    id: context.id,
    case: context.case,
    event: context.event,
    ids: context.ids,
    request: {
      method: request.method,
      url: redact(request.url),
      headers: request.headers.map(([name, value]) => [name, redact(value)] as const),
      body: recordBody(request.body, redact),
      ...(request.framing ? { framing: `${request.framing.transfer}, ${request.framing.cuts.length + 1} writes` } : {}),
    },
    startedMs: round(exchange.startedMs),
    ...(exchange.flushedMs === undefined ? {} : { flushedMs: round(exchange.flushedMs) }),
    ...(exchange.repliedMs === undefined ? {} : { repliedMs: round(exchange.repliedMs) }),
    endedMs: round(exchange.endedMs),
    ...(reply
      ? {
          reply: {
            status: reply.status,
            reason: redact(reveal(reply.reason)).slice(0, 200),
            headers: reply.headers.slice(0, 100).map(([name, value]) => [redact(name).slice(0, 200), redact(reveal(value)).slice(0, 2000)] as const),
            body: recordBody(reply.body, (text) => redact(reveal(text)), context.keptReplyBytes),
            truncated: reply.truncated,
          },
        }
      : {}),
    ...(exchange.fault ? { fault: exchange.fault } : {}),
    ...(exchange.detail ? { detail: redact(exchange.detail) } : {}),
    ...(context.superseded ? { superseded: true } : {}),
  }
}

export function recordBody(body: Buffer, redact: (text: string) => string, kept = keptBytes): RecordedBody {
  const cut = body.length > kept
  const facts = { bytes: body.length, ...(cut ? { sha256: createHash('sha256').update(body).digest('hex') } : {}) }
  if (isUtf8(body)) {
    const text = redact(body.toString('utf8'))
    return { text: cut ? text.slice(0, kept) : text, ...facts }
  }
  const latin = body.toString('latin1')
  const clean = redact(latin)
  return clean === latin ? { base64: body.subarray(0, kept).toString('base64'), ...facts } : { text: clean.slice(0, kept), ...facts }
}

export function bodyText(body: RecordedBody): string {
  return body.text ?? Buffer.from(body.base64 ?? '', 'base64').toString('latin1')
}

/** `transcript.ndjson`: a line of JSON each. What a target said acts on nobody who looks at the file: it stands there in escapes. */
export function writeTranscript(lines: readonly TranscriptLine[]): string {
  return lines.map((line) => `${harmless(JSON.stringify(line))}\n`).join('')
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
