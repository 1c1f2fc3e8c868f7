import type { HeaderLine } from '../http/message.ts'
import type { ServedLine } from '../transcript/client-line.ts'
import type { AttemptLine, CaseLine, EndpointLine, ExchangeLine, RecordedBody, TranscriptLine } from '../transcript/line.ts'
import type { StreamLine } from '../transcript/stream-line.ts'
import { inert } from './inert.ts'
import { inertJson } from './json.ts'
import type { RenderContext } from './render.ts'
import type { Report } from './report.ts'
import { claimLine } from './summary.ts'

/** Characters of one header value that are kept: the recorder keeps fewer of an answer, a sender may send a megabyte. */
const headerLimit = 4096
const mostHeaders = 200
const unknown = -1

/**
 * HAR 1.2 of the transcript: a page a case, an entry a request with what became of it, in the order of the transcript.
 *
 * Exchanges and streams are requests of the harness, attempts and what a client under test asked for are those of the target. Times are those of the clock of the run, which
 * may be virtual. What was not seen is -1, and an entry without an answer has status 0 and the fault as `_error`, as
 * browsers write it. Bodies are as long as the transcript keeps them; a body that is no text is in base64. Empty without a transcript.
 */
export function renderHar(report: Report, { transcript = [] }: RenderContext): string {
  const start = Date.parse(report.run.startedAt)
  const at = (ms: number) => new Date((Number.isFinite(start) ? start : 0) + (Number.isFinite(ms) ? ms : 0)).toISOString()
  const origins = endpointOrigins(transcript)
  const titles = new Map(report.verdicts.map(({ case: id, title }) => [id, title]))
  const entries = transcript.flatMap((line) => entriesOf(line, origins, at))
  const shown = new Set(entries.map(({ pageref }) => pageref))
  const pages = transcript.filter((line): line is CaseLine => line.kind === 'case' && shown.has(inert(line.case)))
  return inertJson({
    log: {
      version: '1.2',
      creator: { name: inert(report.suite.name), version: inert(report.suite.version) },
      pages: pages.map((line) => ({ startedDateTime: at(line.startedMs), id: inert(line.case), title: `${inert(line.case)}: ${inert(titles.get(line.case) ?? '')}`, pageTimings: {} })),
      entries,
      comment: `${claimLine(report)}. Times are those of the ${report.run.clock} clock of the run.`,
    },
  })
}

function entriesOf(line: TranscriptLine | StreamLine | ServedLine, origins: (line: AttemptLine) => string, at: (ms: number) => string) {
  switch (line.kind) {
    case 'exchange':
      return [exchangeEntry(line, at)]
    case 'attempt':
      return [attemptEntry(line, origins(line), at)]
    case 'stream':
      return [streamEntry(line, at)]
    case 'served':
      return [servedEntry(line, at)]
    default:
      return []
  }
}

function exchangeEntry(line: ExchangeLine, at: (ms: number) => string) {
  const { request, reply, startedMs, flushedMs, repliedMs, endedMs } = line
  const sentMs = flushedMs ?? repliedMs ?? endedMs
  const answeredMs = repliedMs ?? endedMs
  return {
    pageref: inert(line.case),
    startedDateTime: at(startedMs),
    time: span(startedMs, endedMs),
    request: requestOf(request.method, request.url, request.headers, request.body),
    response: reply ? { ...responseOf(reply.status, reply.reason, reply.headers, reply.body), ...(reply.truncated ? { comment: 'longer than it was read, or it broke off' } : {}) } : noResponse(line.fault ?? 'no answer was seen', line.detail),
    cache: {},
    timings: { send: span(startedMs, sentMs), wait: span(sentMs, answeredMs), receive: span(answeredMs, endedMs) },
    comment: `${inert(line.id)}: ${inert(line.event)}${line.superseded ? ', repeated and not counted' : ''}`,
    _id: inert(line.id),
    _initiator: { type: 'other' },
    _sender: 'harness',
  }
}

function attemptEntry(line: AttemptLine, origin: string, at: (ms: number) => string) {
  const { request, arrivedMs, completedMs, closedMs } = line
  const readMs = completedMs ?? arrivedMs
  const endMs = closedMs ?? readMs
  return {
    pageref: inert(line.case),
    startedDateTime: at(arrivedMs),
    time: span(arrivedMs, endMs),
    request: requestOf(request.method, within(origin, request.target), request.headers, request.body),
    response: line.answerStatus === undefined ? noResponse(line.answer) : { ...responseOf(line.answerStatus, '', []), comment: inert(line.answer) },
    cache: {},
    timings: { send: span(arrivedMs, readMs), wait: 0, receive: span(readMs, endMs) },
    comment: `${inert(line.id)}: attempt at ${inert(line.endpoint)}, signature ${inert(line.signature)}${line.closedBy === undefined ? '' : `, ended by the ${line.closedBy}`}`,
    _id: inert(line.id),
    _initiator: { type: 'other' },
    _sender: 'target',
  }
}

/** A stream, with the first bytes of its body. */
function streamEntry(line: StreamLine, at: (ms: number) => string) {
  const { request, startedMs, headMs = line.endedMs, endedMs } = line
  return {
    pageref: inert(line.case),
    startedDateTime: at(startedMs),
    time: span(startedMs, endedMs),
    request: requestOf(request.method, request.url, request.headers, noBody),
    response: line.status === undefined ? noResponse(line.fault ?? 'no answer was seen', line.detail) : responseOf(line.status, '', line.headers ?? [], line.start),
    cache: {},
    timings: { send: 0, wait: span(startedMs, headMs), receive: span(headMs, endedMs) },
    comment: `${inert(line.id)}: stream ${inert(line.name)}, ${line.bytes} bytes, ended by the ${line.endedBy}`,
    _id: inert(line.id),
    _initiator: { type: 'other' },
    _sender: 'harness',
  }
}

/** A request of a client under test, with the body that it was served. */
function servedEntry(line: ServedLine, at: (ms: number) => string) {
  const { request, arrivedMs, closedMs = line.arrivedMs } = line
  return {
    pageref: inert(line.case),
    startedDateTime: at(arrivedMs),
    time: span(arrivedMs, closedMs),
    request: requestOf(request.method, within('http://127.0.0.1', request.target), request.headers, noBody),
    response: { ...responseOf(line.status, '', [], line.body), comment: inert(line.answer) },
    cache: {},
    timings: { send: 0, wait: 0, receive: span(arrivedMs, closedMs) },
    comment: `${inert(line.id)}: path ${inert(line.path)}${line.closedBy === undefined ? '' : `, closed by the ${line.closedBy}`}`,
    _id: inert(line.id),
    _initiator: { type: 'other' },
    _sender: 'target',
  }
}

const noBody: RecordedBody = { text: '', bytes: 0 }

function requestOf(method: string, url: string, headers: readonly HeaderLine[], body: RecordedBody) {
  const parsed = /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : undefined
  return {
    method: inert(method),
    url: parsed?.href ?? 'about:invalid',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headersOf(headers),
    queryString: parsed ? [...parsed.searchParams].map(([name, value]) => ({ name: inert(name), value: inert(value, headerLimit) })) : [],
    ...(body.bytes === 0 ? {} : { postData: { mimeType: mimeTypeOf(headers), ...(body.text === undefined ? { text: '', _base64: body.base64 ?? '' } : { text: wellFormed(body.text) }), ...cutNote(body) } }),
    headersSize: unknown,
    bodySize: body.bytes,
    ...(parsed ? {} : { comment: `the target of the request is no URL: ${inert(url)}` }),
  }
}

function responseOf(status: number, reason: string, headers: readonly HeaderLine[], body: RecordedBody = noBody) {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? ''
  return {
    status,
    statusText: inert(reason),
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headersOf(headers),
    content: { size: body.bytes, mimeType: mimeTypeOf(headers), ...(body.text === undefined ? { text: body.base64 ?? '', encoding: 'base64' } : { text: wellFormed(body.text) }), ...cutNote(body) },
    redirectURL: inert(location, headerLimit),
    headersSize: unknown,
    bodySize: body.bytes,
  }
}

function noResponse(fault: string, detail?: string) {
  return { ...responseOf(0, '', []), bodySize: unknown, _error: inert([fault, detail ?? ''].filter((part) => part !== '').join(': ')) }
}

function headersOf(headers: readonly HeaderLine[]) {
  return headers.slice(0, mostHeaders).map(([name, value]) => ({ name: inert(name), value: inert(value, headerLimit) }))
}

function mimeTypeOf(headers: readonly HeaderLine[]): string {
  return inert(headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/octet-stream')
}

/** Without halves of surrogate pairs, which no UTF-8 can hold. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd')
}

function cutNote({ sha256 }: RecordedBody) {
  return sha256 === undefined ? {} : { comment: `cut; the SHA-256 of the whole is ${inert(sha256)}` }
}

/** Milliseconds, never negative: a peer may answer before the request is out. */
function span(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round((toMs - fromMs) * 1000) / 1000)
}

/** The origin that an attempt came to; an attempt at a path that was never subscribed came to the one of any endpoint. */
function endpointOrigins(transcript: readonly TranscriptLine[]): (line: AttemptLine) => string {
  const endpoints = transcript.filter((line): line is EndpointLine => line.kind === 'endpoint' && URL.canParse(line.url))
  const key = (id: string, name: string) => JSON.stringify([id, name])
  const known = new Map(endpoints.map(({ case: id, name, url }) => [key(id, name), new URL(url).origin]))
  const any = [...known.values()][0] ?? 'http://127.0.0.1'
  return ({ case: id, endpoint }) => known.get(key(id, endpoint)) ?? any
}

/** A request target as an absolute URL: its own, or a path on the origin. */
function within(origin: string, target: string): string {
  if (!target.startsWith('/')) return target
  return URL.canParse(origin + target) ? new URL(origin + target).href : origin
}
