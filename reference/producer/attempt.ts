import { Agent, request as requestHttp, type ClientRequest } from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { HeaderLine } from '../../harness/http/message.ts'
import { checkedLookup } from './address.ts'

export interface OutgoingRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
}

/** How an attempt ended: with a status, or without one. */
export type AttemptResult =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: readonly HeaderLine[] }
  | { readonly kind: 'unanswered'; readonly reason: string }

export interface AttemptContext {
  /** Ends the attempt with what is known by then. */
  readonly signal: AbortSignal
  /** Hears of the connection once there is one. */
  readonly connected: (socket: Socket) => void
}

/** What an answer says after its header section means nothing; this much of it is read, so that small ones end in peace. */
const maxAnswerBytes = 64 * 1024

/** A connection whose answer was whole serves the next attempt, for as long as this many real milliseconds without one. */
const idleMs = 4_000
const [agent, secureAgent] = [new Agent({ keepAlive: true, timeout: idleMs }), new SecureAgent({ keepAlive: true, timeout: idleMs, maxCachedSessions: 0 })]

/**
 * Makes one request and reports its status, whatever the body of the answer does.
 *
 * Never rejects and follows nothing. The connection is kept when the answer came whole, and destroyed otherwise.
 */
export function send({ method, url, headers, body }: OutgoingRequest, { signal, connected }: AttemptContext): Promise<AttemptResult> {
  return new Promise((resolve) => {
    let result: AttemptResult = { kind: 'unanswered', reason: 'no answer in time' }
    let request: ClientRequest
    try {
      const secure = url.startsWith('https:')
      request = (secure ? requestHttps : requestHttp)(url, { method, headers: byName(headers), agent: secure ? secureAgent : agent, lookup: checkedLookup })
    } catch (error) {
      return resolve({ kind: 'unanswered', reason: `the request cannot be made: ${String(error)}` })
    }
    const end = (): void => {
      request.destroy()
      over()
    }
    const over = (): void => {
      signal.removeEventListener('abort', end)
      resolve(result)
    }
    signal.addEventListener('abort', end, { once: true })
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => connected(socket))
      else connected(socket)
    })
    request.on('error', (error) => {
      if (result.kind === 'unanswered' && !signal.aborted) result = { kind: 'unanswered', reason: error.message }
      end()
    })
    request.on('response', (response) => {
      result = { kind: 'answered', status: response.statusCode ?? 0, headers: linesOf(response.rawHeaders) }
      let left = maxAnswerBytes
      response.on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) end()
      })
      response.once('end', over)
      for (const event of ['close', 'error']) response.once(event, () => response.complete || end())
    })
    if (signal.aborted) end()
    else request.end(body)
  })
}

function byName(headers: readonly HeaderLine[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>()
  const spelled = new Map<string, string>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (!spelled.has(key)) spelled.set(key, name)
    values.set(key, [...(values.get(key) ?? []), value])
  }
  return Object.fromEntries([...values].map(([key, [first = '', ...more]]) => [spelled.get(key) ?? key, more.length === 0 ? first : [first, ...more]]))
}

function linesOf(raw: readonly string[]): readonly HeaderLine[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []))
}
