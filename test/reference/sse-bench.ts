import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { afterEach } from 'vitest'
import { serveInProcess } from '../../harness/attach/in-process.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { eventStreamParser } from '../../harness/sse/parser.ts'
import type { StreamEvent } from '../../harness/sse/stream-parser.ts'
import { sseServer, type SseServerOptions } from '../../reference/sse-server.ts'

const open: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export function closeLater(close: () => Promise<void> | void): void {
  open.push(close)
}

export interface Told {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
}

/** A stream that is being read, or the answer that came in its place. */
export interface ReadStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly events: readonly StreamEvent[]
  readonly comments: readonly string[]
  /** Everything that came, as text. */
  text(): string
  /** Resolves when so many events are there. */
  has(count: number): Promise<readonly StreamEvent[]>
  /** How the body ended; resolves when it does. */
  readonly ended: Promise<'whole' | 'broken'>
  pause(): void
  resume(): void
  close(): void
}

/** The reference stream server, and hands to publish and read with. */
export async function serverBench(options: SseServerOptions = {}) {
  const server = sseServer({ heartbeatMs: 60_000, ...options })
  const target = await serveInProcess(server.handler, liveClock(), { path: '/api/v1/events' })
  closeLater(() => target.close())
  closeLater(() => server.close())

  async function call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
    return new Promise((resolve, reject) => {
      const request = ask(new URL(path, target.url), { method, agent: false, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined })
        })
      })
      request.once('error', reject)
      request.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
    })
  }

  async function read(path = '/api/v1/events', headers: Readonly<Record<string, string>> = {}): Promise<ReadStream> {
    const events: StreamEvent[] = []
    const comments: string[] = []
    const chunks: Buffer[] = []
    const parser = eventStreamParser({ onEvent: (event) => events.push(event), onComment: (text) => comments.push(text) })
    const waiting: { readonly count: number; readonly done: (events: readonly StreamEvent[]) => void }[] = []
    return new Promise((resolve, reject) => {
      const request = ask(new URL(path, target.url), { agent: false, headers: { Accept: 'text/event-stream', ...headers } }, (response) => {
        const ended = new Promise<'whole' | 'broken'>((settle) => {
          response.once('end', () => settle('whole'))
          response.once('error', () => settle('broken'))
        })
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          parser.push(chunk)
          for (const { count, done } of waiting) if (events.length >= count) done(events)
        })
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          events,
          comments,
          text: () => Buffer.concat(chunks).toString(),
          has: (count) => new Promise((done) => (events.length >= count ? done(events) : waiting.push({ count, done }))),
          ended,
          pause: () => response.pause(),
          resume: () => response.resume(),
          close: () => request.destroy(),
        })
      })
      request.once('error', reject)
      request.end()
      closeLater(() => void request.destroy())
    })
  }

  async function publish(...events: readonly Readonly<Record<string, unknown>>[]): Promise<readonly string[]> {
    const told = await call('POST', '/conformance/events', { events: events.map((event) => ({ type: 'order.created', data: 'x', ...event })) })
    if (told.status !== 202) throw new Error(`${told.status} ${told.text}`)
    return (told.body as { readonly ids: readonly string[] }).ids // the answer to a publication
  }

  return { call, read, publish, url: target.url, resume: (id: string, path?: string) => read(path, { 'Last-Event-ID': Buffer.from(id).toString('latin1') }) }
}

export function idsOf(events: readonly StreamEvent[]): readonly string[] {
  return events.map(({ lastEventId }) => lastEventId)
}

export function dataOf(events: readonly StreamEvent[]): readonly string[] {
  return events.map(({ data }) => data)
}
