import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip, constants } from 'node:zlib'
import type { StatusPattern, StreamClientPolicy } from '../../harness/profile/profile.ts'
import { eventStreamParser } from '../../harness/sse/parser.ts'
import type { StreamEvent, StreamParser, StreamParserOptions } from '../../harness/sse/stream-parser.ts'
import { retryAfterMs } from '../producer/retry-after.ts'
import { headersFor, type Asking } from './request.ts'

/** What every part may know. */
export interface ClientSetting {
  readonly policy: Pick<StreamClientPolicy, 'retriesOn'>
  /** Between 0 and 1, for jitter. */
  readonly random: () => number
}

/** What an answer is: a stream, the way to another place, something that passes, or the end for good. */
export type AnswerKind = 'stream' | 'redirect' | 'retry' | 'end'

/** How a connection went away without anybody asking for it, or why it did not come about. */
export type Loss = 'ended' | 'broken' | 'refused' | 'malformed'

/** Why and after what a client is about to wait. */
export interface Waiting {
  /** Milliseconds: the client's own until a stream said another. */
  readonly reconnectMs: number
  /** Attempts in a row that did not come to a stream. */
  readonly failures: number
  /** The answer that asked to come back later, where there was one. */
  readonly answer?: IncomingMessage
}

/** The decisions of a client, in the order in which it takes them. Each can be replaced on its own. */
export interface ClientParts {
  readonly method: string
  readonly headersFor: (asking: Asking) => Readonly<Record<string, string>>
  readonly judge: (answer: IncomingMessage, setting: ClientSetting) => AnswerKind
  /** Where a redirect leads; undefined when it is not followed. `followed` counts those before it. */
  readonly follow: (answer: IncomingMessage, from: URL, followed: number) => URL | undefined
  /** The bytes of the stream, as they come. */
  readonly decode: (answer: IncomingMessage) => Readable
  /** The parser of a new connection; `previous` is that of the one before. */
  readonly createParser: (options: StreamParserOptions, previous: StreamParser | undefined) => StreamParser
  /** The answer is a stream: tells the user that it is open. */
  readonly open: (tell: () => void) => void
  /** Hands an event to the user. */
  readonly dispatch: (event: StreamEvent, deliver: (event: StreamEvent) => void) => void
  readonly mayDeliver: (state: 'connecting' | 'open' | 'closed') => boolean
  readonly afterLoss: (loss: Loss) => 'reconnect' | 'end'
  readonly waitMs: (waiting: Waiting, setting: ClientSetting) => number
  /** Connects after a while, unless it is called off by what this returns. */
  readonly schedule: (connect: () => void, ms: number) => () => void
  /** Gives a connection up because the user closed the client. */
  readonly abandon: (abort: () => void) => void
}

export const honestParts: ClientParts = {
  method: 'GET',
  headersFor,
  judge,
  follow,
  decode,
  createParser: (options) => eventStreamParser(options),
  open: (tell) => tell(),
  dispatch: (event, deliver) => deliver(event),
  mayDeliver: (state) => state !== 'closed',
  afterLoss: () => 'reconnect',
  waitMs,
  schedule,
  abandon: (abort) => abort(),
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Only 200 with the right media type is a stream (WHATWG HTML, section 9.2.3); a redirect without a place is none. */
export function judge({ statusCode = 0, headers }: IncomingMessage, { policy }: ClientSetting): AnswerKind {
  if (redirects.has(statusCode) && headers.location !== undefined) return 'redirect'
  if (policy.retriesOn.some((pattern) => covers(pattern, statusCode))) return 'retry'
  return statusCode === 200 && mediaTypeOf(headers['content-type'] ?? '') === 'text/event-stream' ? 'stream' : 'end'
}

/** A relative place counts from the one that named it. Twenty redirects are enough (Fetch, "HTTP-redirect fetch"). */
export function follow({ headers: { location = '' } }: IncomingMessage, from: URL, followed: number): URL | undefined {
  if (followed >= 20 || !URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from)
  return to.protocol === 'http:' || to.protocol === 'https:' ? to : undefined
}

/** Compressed bytes are unpacked as they come: what the server flushed is there at once. */
export function decode(answer: IncomingMessage): Readable {
  if (answer.headers['content-encoding']?.toLowerCase() !== 'gzip') return answer
  const unpacked = createGunzip({ flush: constants.Z_SYNC_FLUSH })
  answer.once('error', (error) => unpacked.destroy(error))
  unpacked.once('close', () => answer.destroy())
  return answer.pipe(unpacked)
}

/** A timer cannot wait longer; a greater number would end at once. */
const longestWaitMs = 2 ** 31 - 1
const longestJitterMs = 30_000

/** Never less than the reconnection time or `Retry-After`. What failures in a row add comes on top, with jitter. */
export function waitMs({ reconnectMs, failures, answer }: Waiting, { random }: ClientSetting): number {
  const asked = answer ? retryAfterMs(Object.entries(answer.headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value] as const)), Date.now()) : 0
  const jitterMs = failures === 0 ? 0 : random() * Math.min(longestJitterMs, 50 * 2 ** failures)
  return Math.min(Math.max(reconnectMs, asked) + jitterMs, longestWaitMs)
}

export function schedule(connect: () => void, ms: number): () => void {
  const timer = setTimeout(connect, ms)
  return () => clearTimeout(timer)
}

export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}

function covers(pattern: StatusPattern, status: number): boolean {
  return pattern === status || pattern === `${Math.floor(status / 100)}xx`
}
