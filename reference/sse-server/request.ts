import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { EventStreamPolicy } from '../../harness/profile/profile.ts'
import { json, type Answer } from '../consumer/answer.ts'
import type { StreamedEvent } from './event.ts'

/** Which events a stream carries. */
export interface Selection {
  /** Exact names; absent: every type. */
  readonly types?: ReadonlySet<string>
  /** The resource whose stream it is; absent: the stream of them all. */
  readonly key?: string
}

/** A request for a stream. */
export interface StreamRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string
  readonly acceptEncoding: string
  readonly authorization: string
  readonly lastEventId?: string
}

/** Header values come as Latin-1; the id is the bytes that the client wrote, which are UTF-8. */
export function streamRequestOf(message: IncomingMessage): StreamRequest {
  const { pathname, searchParams } = new URL((message.url ?? '/').replace(/^\/+/, '/'), 'http://stream')
  const { accept = '', authorization = '' } = message.headers
  const header = (name: string): string => [message.headers[name] ?? ''].flat().join(', ')
  const lastEventId = message.headers['last-event-id'] !== undefined && { lastEventId: Buffer.from(header('last-event-id'), 'latin1').toString() }
  return { method: message.method ?? '', path: pathname, query: searchParams, accept, acceptEncoding: header('accept-encoding'), authorization, ...lastEventId }
}

/** The selection that a path and its query ask for; undefined where there is no stream. */
export function select({ path, query }: StreamRequest, streamPath: string, { filter = 'types', resource = '/api/v1/orders/{key}/events' }: EventStreamPolicy): Selection | undefined {
  const types = query.getAll(filter).flatMap((list) => list.split(',')).filter((type) => type !== '')
  const wanted = types.length > 0 && { types: new Set(types) }
  if (path === streamPath) return { ...wanted }
  const [before = '', after = ''] = resource.split('{key}')
  const encoded = path.startsWith(before) && path.endsWith(after) ? path.slice(before.length, path.length - after.length) : ''
  return encoded === '' || encoded.includes('/') ? undefined : { ...wanted, key: decoded(encoded) }
}

/** Whether an event belongs to a stream: of its resource, and of one of its types. */
export function selects({ types, key }: Selection, event: StreamedEvent): boolean {
  return (key === undefined || key === event.key) && (types === undefined || types.has(event.type))
}

/** Refuses whoever does not bring the token, where there is one. */
export function authorize({ authorization }: StreamRequest, token: string | undefined): Answer | undefined {
  const brought = Buffer.from(authorization)
  const wanted = Buffer.from(`Bearer ${token}`)
  if (token === undefined || (brought.length === wanted.length && timingSafeEqual(brought, wanted))) return undefined
  return refusal(401, 'unauthorized', 'A token is needed to read this stream', { 'WWW-Authenticate': 'Bearer' })
}

/** Refuses what is no question for a stream. */
export function admit({ method, accept }: StreamRequest): Answer | undefined {
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'method_not_allowed', 'A stream is read with GET', { Allow: 'GET, HEAD' })
  if (accept !== '' && !/text\/event-stream|text\/\*|\*\/\*/i.test(accept)) return refusal(406, 'not_acceptable', 'There is only text/event-stream here')
  return undefined
}

export function refusal(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, { error: { code, message, timestamp: new Date().toISOString() } }, headers)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
