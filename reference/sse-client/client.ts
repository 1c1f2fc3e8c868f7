import type { StreamClientPolicy } from '../../harness/profile/profile.ts'
import type { StreamEvent, StreamParser } from '../../harness/sse/stream-parser.ts'
import { readStream } from './connection.ts'
import { honestParts, type ClientParts, type ClientSetting } from './parts.ts'

export interface StreamClientOptions {
  readonly onEvent: (event: StreamEvent) => void
  /** The stream is open; again after each reconnection, and before any of its events. */
  readonly onOpen?: () => void
  /** A connection was lost, which is when `state` is `connecting`, or the client is done, when it is `closed`. */
  readonly onError?: (cause: Error) => void
  /** Sent with every request to the origin of the URL. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where to resume from: the first request carries it. */
  readonly lastEventId?: string
  /** Milliseconds from a loss to the next attempt, until a stream says another time. Default 3000. */
  readonly reconnectMs?: number
  /** Statuses after which to try again. Default none: the standard ends for good. */
  readonly policy?: Pick<StreamClientPolicy, 'retriesOn'>
  /** Parts in place of the honest ones. */
  readonly parts?: Partial<ClientParts>
  /** Between 0 and 1, for jitter. Default `Math.random`. */
  readonly random?: () => number
}

export interface StreamClient {
  readonly state: 'connecting' | 'open' | 'closed'
  /** The last id that a stream committed; empty when there is none. */
  readonly lastEventId: string
  /** Ends the connection or the wait for the next one. No event is delivered from then on. */
  close(): void
}

/**
 * The smallest honest reader of an event stream: the EventSource of WHATWG HTML, section 9.2, less its DOM.
 *
 * It connects, reads, and connects again when the connection goes away, with the id of what it has seen. One connection or one
 * wait at a time. What carries over from one connection to the next is the id and the reconnection time, and nothing else.
 */
export function streamClient(url: string, options: StreamClientOptions): StreamClient {
  const parts: ClientParts = { ...honestParts, ...options.parts }
  const setting: ClientSetting = { policy: options.policy ?? { retriesOn: [] }, random: options.random ?? Math.random }
  const { origin } = new URL(url)
  const given = options.headers ?? {}
  const client = { state: 'connecting' as StreamClient['state'], lastEventId: options.lastEventId ?? '', close }
  let reconnectMs = options.reconnectMs ?? 3000
  let [attempt, failures] = [0, 0]
  let giveUp = (): void => {}
  let previous: StreamParser | undefined
  connect()
  return client

  function connect(): void {
    attempt += 1
    const { lastEventId } = client
    const parser = parts.createParser({ lastEventId, onEvent: (event) => parts.dispatch(event, deliver), onRetry: (ms) => (reconnectMs = ms) }, previous)
    previous = parser
    const leave = readStream({ url: new URL(url), origin, given, lastEventId, attempt }, parts, setting, {
      opened,
      read(chunk) {
        parser.push(chunk)
        client.lastEventId = parser.lastEventId
      },
      lost(loss, answer) {
        parser.end()
        client.lastEventId = parser.lastEventId
        if (client.state === 'closed') return
        const cause = new Error(`the connection was ${loss}`)
        if (parts.afterLoss(loss) === 'end') return fail(cause)
        if (loss === 'refused' || loss === 'malformed') failures += 1
        client.state = 'connecting'
        giveUp = parts.schedule(connect, parts.waitMs({ reconnectMs, failures, ...(answer && { answer }) }, setting))
        options.onError?.(cause)
      },
      refused: fail,
    })
    giveUp = () => parts.abandon(leave)
  }

  function opened(): void {
    failures = 0
    parts.open(() => {
      client.state = 'open'
      options.onOpen?.()
    })
  }

  /** A chunk may hold events behind the one whose handler closed the client. What a handler throws does not stop the stream. */
  function deliver(event: StreamEvent): void {
    if (!parts.mayDeliver(client.state)) return
    try {
      options.onEvent(event)
    } catch (cause) {
      options.onError?.(cause instanceof Error ? cause : new Error(String(cause)))
    }
  }

  function fail(cause: Error): void {
    client.state = 'closed'
    options.onError?.(cause)
  }

  function close(): void {
    client.state = 'closed'
    giveUp()
  }
}
