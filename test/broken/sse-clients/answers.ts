import type { IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { gunzip } from 'node:zlib'
import { decode, follow, honestParts, judge, mediaTypeOf, type AnswerKind, type ClientParts } from '../../../reference/sse-client/parts.ts'
import { because } from '../broken-target.ts'
import { brokenSseClient, retriesOn, type BrokenSseClients } from './broken-sse-client.ts'

/** What is wrong with how a client takes an answer: its status, its type, its redirect, its coding. */
export const brokenAnswers: BrokenSseClients = {
  'any-status-is-a-stream': brokenSseClient({
    requirement: 'sse-client-status',
    fault: 'reads the body of every answer whose type is right',
    message: /saw "not an event"/,
    alsoFails: because('what it reads as a stream it also reconnects to', 'sse-client-no-content', 'sse-client-fatal-status', 'sse-client-retry-after'),
    parts: () => judging((answer, honest) => (honest === 'end' && mediaTypeOf(typeOf(answer)) === 'text/event-stream' ? 'stream' : honest)),
  }),
  'success-is-a-stream': brokenSseClient({
    requirement: 'sse-client-status',
    fault: 'takes every status from 200 to 299 for a stream',
    message: /saw "not an event"/,
    alsoFails: because('what it reads as a stream it also reconnects to', 'sse-client-no-content', 'sse-client-fatal-status'),
    parts: () => judging((answer, honest) => (answer.statusCode !== 204 && statusClass(answer) === 2 && mediaTypeOf(typeOf(answer)) === 'text/event-stream' ? 'stream' : honest)),
  }),
  'no-content-is-a-pause': brokenSseClient({
    requirement: 'sse-client-no-content',
    fault: 'reconnects after 204',
    message: /204 ends .* another came/,
    alsoFails: because('it comes back after an answer that is none', 'sse-client-fatal-status'),
    parts: () => judging((answer, honest) => (answer.statusCode === 204 ? 'retry' : honest)),
  }),
  'never-gives-up': brokenSseClient({
    requirement: 'sse-client-fatal-status',
    fault: 'reconnects after 401, 404 and 410',
    message: /status 4\d\d ends .* another came/,
    parts: () => judging((answer, honest) => (statusClass(answer) === 4 && answer.statusCode !== 429 ? 'retry' : honest)),
  }),
  'retries-server-errors': brokenSseClient({
    requirement: 'sse-client-server-error',
    fault: 'reconnects after 500 without saying that it does',
    message: /after 5\d\d, .* another came/,
    parts: () => judging((answer, honest) => (statusClass(answer) === 5 ? 'retry' : honest)),
  }),
  'retry-after-ignored': brokenSseClient({
    requirement: 'sse-client-retry-after',
    fault: 'comes back after its own time, whatever Retry-After says',
    message: /too early/,
    variant: retriesOn(429, 503),
    parts: () => ({ waitMs: ({ reconnectMs, failures }, setting) => honestParts.waitMs({ reconnectMs, failures }, setting) }),
  }),
  'any-type-is-a-stream': brokenSseClient({
    requirement: 'sse-client-content-type',
    fault: 'does not look at the media type',
    message: /saw "not an event"/,
    parts: () => judging((answer, honest) => (answer.statusCode === 200 ? 'stream' : honest)),
  }),
  'type-by-its-beginning': brokenSseClient({
    requirement: 'sse-client-content-type',
    fault: 'compares the media type by its beginning',
    message: /event-streamx, saw "not an event"/,
    parts: () => judging((answer, honest) => (answer.statusCode === 200 && typeOf(answer).startsWith('text/event-stream') ? 'stream' : honest)),
  }),
  'type-in-small-letters': brokenSseClient({
    requirement: 'sse-client-content-type-form',
    fault: 'knows the media type in small letters only',
    message: /saw no event/,
    parts: () => judging((answer, honest) => (honest === 'stream' && !typeOf(answer).startsWith('text/event-stream') ? 'end' : honest)),
  }),
  'type-without-parameters': brokenSseClient({
    requirement: 'sse-client-content-type-form',
    fault: 'knows the media type without parameters only',
    message: /saw no event/,
    alsoFails: because('a charset is a parameter', 'sse-client-utf8'),
    parts: () => judging((answer, honest) => (honest === 'stream' && typeOf(answer).includes(';') ? 'end' : honest)),
  }),
  'follows-301-302-307': brokenSseClient({
    requirement: 'sse-client-redirects',
    fault: 'follows 301, 302 and 307 only',
    message: /redirect leads, saw none/,
    parts: () => judging((answer, honest) => (honest === 'redirect' && [303, 308].includes(answer.statusCode ?? 0) ? 'end' : honest)),
  }),
  'absolute-places-only': brokenSseClient({
    requirement: 'sse-client-relative-location',
    fault: 'cannot read a relative Location',
    message: /saw no event/,
    alsoFails: because('a redirect to a relative place is not followed, wherever it leads', 'sse-client-redirects', 'sse-client-redirect-loop'),
    parts: () => ({ follow: (answer, from, followed) => (URL.canParse(answer.headers.location ?? '') ? follow(answer, from, followed) : undefined) }),
  }),
  'follows-for-ever': brokenSseClient({
    requirement: 'sse-client-redirect-loop',
    fault: 'follows redirects without an end',
    message: /no end of it/,
    parts: () => ({ follow: (answer, from) => follow(answer, from, 0) }),
  }),
  'unpacks-at-the-end': brokenSseClient({
    requirement: 'sse-client-compressed',
    fault: 'asks for gzip, and unpacks the body once it is whole',
    message: /saw no event/,
    parts: () => ({ decode: (answer) => (answer.headers['content-encoding'] === 'gzip' ? unpackedWhole(answer) : decode(answer)) }),
  }),
  'passes-compressed-bytes': brokenSseClient({
    requirement: 'sse-client-compressed',
    fault: 'asks for gzip, and parses what is compressed',
    message: /saw no event/,
    parts: () => ({ decode: (answer) => answer }),
  }),
}

function judging(change: (answer: IncomingMessage, honest: AnswerKind) => AnswerKind): Pick<ClientParts, 'judge'> {
  return { judge: (answer, setting) => change(answer, judge(answer, setting)) }
}

function typeOf({ headers }: IncomingMessage): string {
  return headers['content-type'] ?? ''
}

function statusClass({ statusCode = 0 }: IncomingMessage): number {
  return Math.floor(statusCode / 100)
}

function unpackedWhole(answer: IncomingMessage): Readable {
  const chunks: Buffer[] = []
  const whole = new PassThrough()
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.once('end', () => gunzip(Buffer.concat(chunks), (error, bytes) => (error ? whole.destroy(error) : whole.end(bytes))))
  answer.once('error', (error) => whole.destroy(error))
  return whole
}
