import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import type { StreamEvent } from '../../harness/sse/stream-parser.ts'
import { sseClient, streamClient, type SseClientOptions, type StreamClient, type StreamClientOptions } from '../../reference/sse-client.ts'
import { rawServer, received } from '../http/raw-server.ts'
import { closeLater } from './sse-bench.ts'

/** What a server does with a connection: bytes that it sends, and what it does then. */
export interface Script {
  readonly bytes?: string | Buffer
  readonly then?: 'end' | 'reset' | 'stay'
}

export interface RequestSeen {
  readonly line: string
  /** Values by names in small letters; bytes as Latin-1. */
  readonly headers: Readonly<Record<string, string>>
  readonly atMs: number
  readonly socket: Socket
}

/** The head of a stream whose body lasts as long as the connection. */
export const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

/** A server that does one script after the other, and the last again and again. */
export async function scripted(...scripts: readonly [Script, ...Script[]]) {
  const requests: RequestSeen[] = []
  const server = await rawServer((socket) => {
    void received(socket, (text) => text.includes('\r\n\r\n')).then((text) => {
      const [line = '', ...lines] = text.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? []
      const headers = Object.fromEntries(lines.map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(), header.slice(header.indexOf(':') + 1).trim()]))
      const { bytes, then = 'stay' } = scripts[requests.length] ?? scripts.at(-1) ?? {}
      requests.push({ line, headers, atMs: performance.now(), socket })
      socket.resume()
      if (bytes !== undefined) socket.write(bytes)
      if (then === 'end') socket.end()
      if (then === 'reset') setImmediate(() => socket.resetAndDestroy())
    })
  })
  return { ...server, requests, url: `http://127.0.0.1:${server.port}/stream` }
}

/** A reference client with what it told. */
export function reading(url: string, options: Partial<StreamClientOptions> = {}) {
  const events: StreamEvent[] = []
  const told: string[] = []
  const client: StreamClient = streamClient(url, {
    reconnectMs: 10,
    random: () => 0,
    ...options,
    onEvent(event) {
      events.push(event)
      told.push(event.data)
      options.onEvent?.(event)
    },
    onOpen: () => told.push('(open)'),
    onError(cause) {
      told.push(`(error, ${client.state})`)
      options.onError?.(cause)
    },
  })
  closeLater(() => client.close())
  return { client, events, told, has: (count: number) => expect.poll(() => events.length, { interval: 5, timeout: 5000 }).toBeGreaterThanOrEqual(count) }
}

/** The reference client behind its control API. */
export async function controlled(options: SseClientOptions = {}) {
  const { handler, close } = sseClient({ reconnectMs: 10, ...options })
  const target = await serveInProcess(handler, liveClock(), { path: '/conformance' })
  closeLater(() => target.close())
  closeLater(close)
  return async (method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }> => {
    const answer = await fetch(new URL(path, target.url), { method, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}
