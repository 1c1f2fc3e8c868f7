import { http, HttpResponse, type HttpHandler } from 'msw'
import { HarnessError } from '../harness/errors.ts'
import { encodeEvent } from '../harness/sse/encode.ts'

/** An event to be streamed. */
export interface StreamEvent {
  /** Default: its place in the stream, counted from 1. */
  readonly id?: string
  /** Default `message`. */
  readonly type?: string
  /** A string is sent as it stands, any other value as its JSON text. */
  readonly data: unknown
}

export interface EventStreamOptions {
  readonly url: string | URL
  /** What is there from the beginning. A connection without `Last-Event-ID` gets all of it. */
  readonly events?: readonly StreamEvent[]
  /** Milliseconds after which clients are asked to come back; told at the head of each stream. */
  readonly retryMs?: number
  /** Each stream ends once everything has been sent. Default: it stays open for what is published. */
  readonly ends?: boolean
}

/** A connection that was made. */
export interface StreamConnection {
  readonly lastEventId: string | undefined
  readonly status: 200 | 410
}

export interface EventStream {
  readonly handlers: readonly HttpHandler[]
  /** Every connection, oldest first; the newest thousand are kept. */
  readonly connections: readonly StreamConnection[]
  /** Adds events, and writes them to every open stream. */
  publish(...events: readonly StreamEvent[]): void
  /** Ends every open stream, as a server does that is restarted: clients come back with the id that they saw last. */
  disconnect(): void
  /** Ends every open stream and forgets the connections; the events stay. */
  reset(): void
}

interface Sent {
  readonly id: string
  readonly text: string
}

const keptConnections = 1000
const mostEvents = 100_000
const encoder = new TextEncoder()

/**
 * A stream of server-sent events with resumption, for tests of code that reads one (WHATWG HTML, section 9.2).
 *
 * `Last-Event-ID` continues behind that event; an id that was never given is answered 410. What is published is written at once to
 * every open stream.
 * @throws HarnessError `usage` for an event that the format has no spelling for, and for an id that is there already.
 */
export function eventStream(options: EventStreamOptions): EventStream {
  const sent: Sent[] = []
  const places = new Map<string, number>()
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const connections: StreamConnection[] = []
  add(options.events ?? [])

  return {
    handlers: [http.get(String(options.url), ({ request }) => connect(request))],
    connections,
    publish(...events) {
      const text = add(events)
      for (const controller of open) controller.enqueue(encoder.encode(text))
    },
    disconnect,
    reset() {
      disconnect()
      connections.length = 0
    },
  }

  function connect(request: Request): Response {
    const lastEventId = request.headers.get('last-event-id') || undefined
    const place = lastEventId === undefined ? 0 : places.get(lastEventId)
    connections.push({ lastEventId, status: place === undefined ? 410 : 200 })
    if (connections.length > keptConnections) connections.shift()
    if (place === undefined) return HttpResponse.json({ error: { code: 'unknown_event_id', message: 'There is no event with this id' } }, { status: 410 })
    return new HttpResponse(streamFrom(place, request.signal), { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' } })
  }

  function streamFrom(place: number, signal: AbortSignal): ReadableStream<Uint8Array> {
    let own: ReadableStreamDefaultController<Uint8Array> | undefined
    const forget = () => void (own && open.delete(own))
    return new ReadableStream({
      start(controller) {
        own = controller
        const head = options.retryMs === undefined ? '' : encodeEvent({ retry: options.retryMs })
        const text = head + sent.slice(place).map((event) => event.text).join('')
        if (text !== '') controller.enqueue(encoder.encode(text))
        if (options.ends) return controller.close()
        open.add(controller)
        signal.addEventListener('abort', forget, { once: true })
      },
      cancel: forget,
    })
  }

  /** The text of the events, all of which are there now; or none, when one of them cannot be. */
  function add(events: readonly StreamEvent[]): string {
    const ids = new Set(places.keys())
    const added = events.map(({ id, type, data }, index): Sent => {
      const own = id ?? String(sent.length + index + 1)
      if (own === '' || ids.has(own)) throw new HarnessError('usage', own === '' ? 'an event has an empty id, which cannot be resumed from' : `there is an event with the id "${own}" already`, 'give each event an id of its own, or none')
      ids.add(own)
      return { id: own, text: encoded(own, type, data) }
    })
    if (sent.length + added.length > mostEvents) throw new HarnessError('usage', `a stream of a test holds ${mostEvents} events at most`, 'publish fewer')
    for (const event of added) places.set(event.id, sent.push(event))
    return added.map(({ text }) => text).join('')
  }

  function disconnect(): void {
    for (const controller of open) controller.close()
    open.clear()
  }
}

function encoded(id: string, type: string | undefined, data: unknown): string {
  try {
    return encodeEvent({ id, ...(type === undefined ? {} : { type }), data: typeof data === 'string' ? data : JSON.stringify(data) })
  } catch (cause) {
    throw new HarnessError('usage', cause instanceof Error ? cause.message : 'an event cannot be encoded', 'correct its id, type or data', { cause })
  }
}
