import type { IncomingMessage, ServerResponse } from 'node:http'
import { defaultStreamPolicy } from '../harness/profile/default-stream-policy.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { send, sendAndClose, type Answer } from './consumer/answer.ts'
import { readBody } from './consumer/request.ts'
import { isControl } from './control-api.ts'
import { control } from './sse-server/control.ts'
import type { NewEvent } from './sse-server/event.ts'
import { createLog } from './sse-server/log.ts'
import { honestParts, type Loss, type ServerParts, type Setting } from './sse-server/parts.ts'
import { refusal, streamRequestOf, type Selection, type StreamRequest } from './sse-server/request.ts'
import { deliver, openStream, type Stream } from './sse-server/stream.ts'

export interface SseServerOptions {
  /** Says how a stream is filtered, where it begins and how a loss is signalled. Default: `types`, live, and 410. */
  readonly profile?: Pick<Profile, 'name' | 'stream'>
  /** Where the stream of all events is. Default `/api/v1/events`. */
  readonly path?: string
  /** Longest silence. Default 15000. */
  readonly heartbeatMs?: number
  /** After how long a client is asked to come back. Default 3000. */
  readonly retryMs?: number
  /** What readers have to bring as `Authorization: Bearer …`. Default: nothing. */
  readonly token?: string
  /** Streams open at once; further ones are answered 503. Default 1000. */
  readonly maxStreams?: number
  /** Parts in place of the honest ones. */
  readonly parts?: Partial<ServerParts>
  /** How it calls itself in its manifest. Default `reference`. */
  readonly name?: string
}

export interface SseServer {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Ends every stream. */
  close(): Promise<void>
}

const maxBodyBytes = 64 * 1024 * 1024

/**
 * The smallest honest server of event streams: one log, and for each client a place in it.
 *
 * A request is authorized, admitted and placed before its stream begins, so that every refusal is an ordinary answer. From
 * then on the client gets what comes after its place: what the log has at once, what is published when it is published. A
 * client that reads slowly is simply further behind; one that fell out of the log has its stream ended.
 */
export function sseServer(options: SseServerOptions = {}): SseServer {
  const { profile, name = 'reference', path = '/api/v1/events', heartbeatMs = 15_000, retryMs = 3000, token, maxStreams = 1000 } = options
  const parts: ServerParts = { ...honestParts, ...options.parts }
  const setting: Setting = { policy: profile?.stream ?? defaultStreamPolicy, path, heartbeatMs, retryMs, ...(token !== undefined && { token }) }
  const log = createLog(parts.newEpoch)
  const streams = new Set<Stream>()
  const controlled = { name, profile: profile?.name ?? 'event-delivery', heartbeatMs, publish, disconnect, retain, reset }

  return { handler, close: async () => disconnect() }

  async function handler(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = streamRequestOf(message)
      if (isControl(request.path)) await serveControl(request, message, response)
      else serveStream(request, message, response)
    } catch {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, refusal(500, 'internal', 'The request could not be handled'))
    }
  }

  async function serveControl({ method, path: called }: StreamRequest, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, maxBodyBytes)
    if (body === 'too-large') return sendAndClose(message, response, refusal(413, 'body_too_large', 'The body is too large'))
    send(response, control(`${method} ${called}`, body, controlled))
  }

  function serveStream(request: StreamRequest, message: IncomingMessage, response: ServerResponse): void {
    message.resume()
    const selection = parts.select(request, setting)
    if (selection === undefined) return send(response, refusal(404, 'not_found', 'There is nothing here'))
    const refused = parts.authorize(request, setting) ?? parts.admit(request, setting) ?? full()
    if (refused) return send(response, refused)
    if (parts.isHeadOnly(request)) return void response.writeHead(parts.status, parts.head(request, setting)).end()
    const from = parts.place(request, selection, log, setting)
    if (from !== 'lost') return begin(request, selection, response, from)
    const loss = parts.loss(log, setting)
    if ('status' in loss) send(response, loss)
    else begin(request, selection, response, log.first, loss)
  }

  /** Clients that are refused together come back apart. */
  function full(): Answer | undefined {
    if (streams.size < maxStreams) return undefined
    return refusal(503, 'too_many_streams', 'Too many streams are open', { 'Retry-After': String(1 + Math.floor(Math.random() * 5)) })
  }

  function begin(request: StreamRequest, selection: Selection, response: ServerResponse, from: number, loss?: Exclude<Loss, Answer>): void {
    response.writeHead(parts.status, { ...parts.head(request, setting), ...loss?.headers })
    const stream = openStream(request, selection, response, from, log, parts, setting)
    if (loss) stream.write(loss.text)
    streams.add(stream)
    response.once('close', () => streams.delete(stream))
    deliver(stream, log, parts)
  }

  function publish(events: readonly NewEvent[]): { readonly ids: readonly string[] } | { readonly problem: string } {
    const problem = events.map(problemOf).find((found) => found !== undefined)
    return problem === undefined ? { ids: events.map(publishOne) } : { problem }
  }

  function problemOf(event: NewEvent): string | undefined {
    const isSpent = event.id !== undefined && log.isSpent(event.id)
    return parts.eventProblem(event) ?? (isSpent ? 'The id named an event before the last reset, and an id never comes again.' : undefined)
  }

  /** Whoever keeps up has the event before it can be evicted. */
  function publishOne(event: NewEvent): string {
    const published = log.append(event)
    if (published) for (const stream of parts.awake([...streams])) deliver(stream, log, parts)
    log.trim()
    return published?.id ?? event.id ?? ''
  }

  function disconnect(): void {
    for (const stream of streams) stream.end()
  }

  function retain(keep: number): void {
    log.retain(keep)
    endThoseBehind()
  }

  function reset(): void {
    log.clear()
    endThoseBehind()
  }

  function endThoseBehind(): void {
    for (const stream of streams) deliver(stream, log, parts)
  }
}
