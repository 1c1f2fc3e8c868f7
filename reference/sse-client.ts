import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Profile } from '../harness/profile/profile.ts'
import { json, send, sendAndClose } from './consumer/answer.ts'
import { readBody } from './consumer/request.ts'
import { control } from './sse-client/control.ts'
import type { ClientParts } from './sse-client/parts.ts'
import { createReadings } from './sse-client/readings.ts'

export { streamClient, type StreamClient, type StreamClientOptions } from './sse-client/client.ts'

export interface SseClientOptions {
  /** Says after which statuses its clients try again. Default: none. */
  readonly profile?: Pick<Profile, 'name' | 'stream'>
  /** Milliseconds from a loss to the next attempt, until a stream says another time. Default 3000. */
  readonly reconnectMs?: number
  /** Parts in place of the honest ones. */
  readonly parts?: Partial<ClientParts>
  /** How it calls itself in its manifest. Default `reference`. */
  readonly name?: string
}

export interface SseClient {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Closes every client. */
  close(): Promise<void>
}

const maxBodyBytes = 1024 * 1024

/** The reference client behind the control API: somebody asks for a connection, and for what it has delivered. */
export function sseClient(options: SseClientOptions = {}): SseClient {
  const { profile, name = 'reference', reconnectMs = 3000, parts = {} } = options
  const facts = { name, profile: profile?.name ?? 'event-delivery', reconnectMs }
  const readings = createReadings({ reconnectMs, parts, ...(profile?.stream && { policy: profile.stream.client }) })

  return { handler, close: async () => readings.clear() }

  async function handler(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(message, maxBodyBytes)
      if (body === 'too-large') return await sendAndClose(message, response, json(413, { error: { code: 'body_too_large', message: 'The body is too large' } }))
      const [path = '/'] = (message.url ?? '/').split('?')
      send(response, control(`${message.method} ${path}`, body, facts, readings))
    } catch {
      if (response.headersSent || response.destroyed) response.destroy()
      else send(response, json(500, { error: { code: 'internal', message: 'The request could not be handled' } }))
    }
  }
}
