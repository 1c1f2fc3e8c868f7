import { headerValues } from '../../http/headers.ts'
import { retryAfterProblem } from '../../http/retry-after.ts'
import type { Finding } from '../../claim.ts'
import { finding, inapplicable, on, quote, seconds, throttled, unproven } from './claims-reading.ts'
import { behindLens } from './lens.ts'
import type { ReadStream, SseServerSeen } from './seen.ts'

/** The request for a stream was answered with 200. */
export function answeredWith200(seen: SseServerSeen, name: string): Finding {
  const expected = 'status 200'
  const stream = seen.stream(name)
  if (stream?.status === undefined || throttled(stream)) return on(seen, name, expected, () => unproven(expected, 'there was no answer'))
  const location = headerValues(stream.headers, 'location')[0]
  return finding(stream.status === 200, expected, `${stream.status}${location === undefined ? '' : ` with Location ${quote(location)}`}`)
}

/** A header of the answer that opened the stream. */
export function header(seen: SseServerSeen, name: string, field: string, expected: string, test: (values: readonly string[]) => boolean): Finding {
  return on(seen, name, expected, ({ headers }) => {
    const values = headerValues(headers, field)
    return finding(test(values), expected, values.length === 0 ? `no ${field}` : values.map((value) => `${field}: ${value.slice(0, 200)}`).join('; '))
  })
}

/** `Cache-Control` has one of these directives. */
export function cacheDirective(seen: SseServerSeen, name: string, directives: readonly string[]): Finding {
  return header(seen, name, 'Cache-Control', `Cache-Control with ${directives.join(' or ')}`, (values) => values.flatMap((value) => value.split(',')).some((directive) => directives.includes(directive.split('=')[0]?.trim().toLowerCase() ?? '')))
}

export function mediaType(values: readonly string[]): string {
  return values[0]?.split(';')[0]?.trim().toLowerCase() ?? ''
}

/** A charset other than UTF-8 is named. */
export function namesOtherCharset(values: readonly string[]): boolean {
  const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)/i.exec(values[0] ?? '')?.[1]
  return charset !== undefined && !/^utf-?8$/i.test(charset)
}

/** Status and headers came before there was an event. */
export function headersFirst(seen: SseServerSeen, name: string): Finding {
  const expected = 'status and headers within 1 s'
  const stream = seen.stream(name)
  if (!stream || stream.fault !== undefined) return unproven(expected, stream?.fault ?? 'the stream was not opened')
  if (stream.status !== undefined && stream.status !== 200) return unproven(expected, `the stream was answered with ${stream.status}`)
  const tookMs = (stream.headMs ?? stream.endedMs) - stream.startedMs
  if (stream.headMs !== undefined && tookMs <= 1000) return finding(true, expected, `after ${seconds(tookMs)}`)
  if (tookMs <= 1050 + 2 * seen.lagMs) return unproven(expected, `they came after ${seconds(tookMs)}, and the harness itself was up to ${seconds(seen.lagMs)} late`)
  const first = stream.events[0]
  return finding(false, expected, stream.headMs === undefined ? `none within ${seconds(tookMs)}` : `after ${seconds(tookMs)}${first === undefined ? '' : `, with the first event`}`)
}

/** A method that is no request for a stream does not open one. */
export function opensNoStream(seen: SseServerSeen, name: string): Finding {
  const expected = '405, and in no case a stream'
  const stream = seen.stream(name)
  if (stream?.status === undefined) return unproven(expected, stream?.fault ?? `there was no answer within ${seconds((stream?.endedMs ?? 0) - (stream?.startedMs ?? 0))}`)
  const isStream = stream.status === 200 && mediaType(headerValues(stream.headers, 'content-type')) === 'text/event-stream'
  return finding(!isStream, expected, isStream ? 'a stream: 200 with text/event-stream' : `${stream.status}`)
}

/** HEAD is answered at once, and nothing follows. */
export function headAnswered(seen: SseServerSeen, name: string): Finding {
  const expected = 'an answer to HEAD, without a body'
  const stream = seen.stream(name)
  if (!stream) return unproven(expected, 'the request was not sent')
  if (stream.status === undefined) return finding(false, expected, stream.fault ?? `no answer within ${seconds(stream.endedMs - stream.startedMs)}`)
  return finding(stream.surplusBytes === 0, expected, stream.surplusBytes === 0 ? `${stream.status}, and no body` : `${stream.status}, and ${stream.surplusBytes} bytes behind it`)
}

/** Credentials that are missing or wrong are refused before there is a stream. */
export function refusedFor(seen: SseServerSeen, name: string, what: string): Finding {
  const expected = `401 or 403 to ${what} credentials`
  const stream = seen.stream(name)
  if (stream?.status === undefined) return unproven(expected, stream?.fault ?? 'there was no answer')
  return finding(stream.status === 401 || stream.status === 403, expected, `${stream.status}${stream.status === 200 && stream.start !== '' ? `, then ${quote(stream.start)}` : ''}`)
}

/** Every refusal for load says when to come back. */
export function refusalsNameTime(seen: SseServerSeen): Finding {
  const expected = 'Retry-After with every 429 and 503'
  const refused = seen.streams.filter(throttled)
  if (refused.length === 0) return inapplicable(expected, 'no stream was refused for load')
  const bad = refused.map((stream): readonly [ReadStream, string | undefined] => [stream, retryAfterProblem(stream.headers)]).find(([, problem]) => problem !== undefined)
  return finding(bad === undefined, expected, bad ? `${bad[0].status} with ${bad[1] ?? ''}` : `${refused.length} refusals, each with it`)
}

/** A retry field is digits only. */
export function retryDigits(seen: SseServerSeen, name: string): Finding {
  const expected = 'retry of ASCII digits only'
  return on(seen, name, expected, ({ flaws, retries }) => {
    const flaw = flaws.find(({ code }) => code === 'bad-retry')
    if (flaw) return finding(false, expected, `${flaw.fact}, at byte ${flaw.offset}`)
    return retries.length === 0 ? inapplicable(expected, 'no retry field was sent') : finding(true, expected, retries.slice(0, 5).map((ms) => `retry: ${ms}`).join(', '))
  })
}

/** A flaw that a stream must not have; it has to have had something in which it could be. */
export function without(seen: SseServerSeen, name: string, code: ReadStream['flaws'][number]['code'], expected: string): Finding {
  return on(seen, name, expected, ({ flaws, bytes }) => {
    const flaw = flaws.find((each) => each.code === code)
    if (flaw) return finding(false, expected, `${flaw.fact}, at byte ${flaw.offset}`)
    return bytes === 0 ? noBytes(seen, expected) : finding(true, expected, `${bytes} bytes without`)
  })
}

function noBytes({ publishes }: SseServerSeen, expected: string): Finding {
  return publishes ? unproven(expected, 'not a byte of the body came') : inapplicable(expected, 'nothing was sent while the stream was watched')
}

/** A comment breaks the silence in time. */
export function heartbeats(seen: SseServerSeen, name: string): Finding {
  const expected = `a comment at least every ${seconds(seen.heartbeatMs)} of silence`
  return on(seen, name, expected, (stream) => {
    const boundMs = seen.heartbeatMs * 1.1 + 250 + 2 * seen.lagMs
    if (stream.endedBy === 'server') return unproven(expected, 'the server ended the stream')
    if (stream.silentMs > boundMs) return finding(false, expected, `${seconds(stream.silentMs)} without a byte${behindLens(seen, stream)}`)
    if (stream.endedBy === 'proxy') return unproven(expected, `the proxy cut it after ${seconds(stream.silentMs)}, and the harness itself was up to ${seconds(seen.lagMs)} late`)
    if (stream.endedMs - stream.startedMs < seen.heartbeatMs && stream.commentCount === 0) return inapplicable(expected, `it was watched for ${seconds(stream.endedMs - stream.startedMs)} only, for want of budget`)
    if (stream.silentMs > seen.heartbeatMs * 1.1 + 250) return unproven(expected, `${seconds(stream.silentMs)} without a byte, and the harness itself was up to ${seconds(seen.lagMs)} late`)
    return stream.commentCount === 0 ? inapplicable(expected, 'other bytes came before a comment was due') : finding(true, expected, `${stream.commentCount} comments, at most ${seconds(stream.silentMs)} of silence`)
  })
}

const heartbeatWords = /^[\s{}"]*$|^"?\s*(ping|heart-?beat|keep-?alive)\s*"?$/i

/** What breaks the silence dispatches nothing and moves no position. */
export function heartbeatsAreSilent(seen: SseServerSeen, name: string): Finding {
  const expected = 'heartbeats that dispatch no event and change no id'
  return on(seen, name, expected, (stream) => {
    const last = stream.events.findLast(({ own }) => own !== undefined)
    const since = stream.events.filter(({ own, offset }) => own === undefined && offset > (last?.offset ?? -1))
    const beats = since.filter(({ type, data }) => heartbeatWords.test(data) || (heartbeatWords.test(type) && type !== ''))
    const [first] = beats
    const alike = beats.filter(({ type }) => type === first?.type)
    if (first && alike.length >= 2) return finding(false, expected, `${alike.length} events of type ${quote(first.type)} with data ${quote(first.data)}, the first at byte ${first.offset}`)
    const moved = last?.id === undefined ? undefined : stream.bareIds.find(({ id, offset }) => offset > last.offset && id !== last.id)
    if (moved && since.length === 0) return finding(false, expected, `id ${quote(moved.id)} at byte ${moved.offset}, where the last event had ${quote(last?.id ?? '')}`)
    return stream.commentCount === 0 ? inapplicable(expected, 'no heartbeat was seen') : finding(true, expected, `${stream.commentCount} comments, and nothing else`)
  })
}
