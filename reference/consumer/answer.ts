import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Setting } from './parts.ts'
import type { RequestHead } from './request.ts'

/** How a request ended, before it is put into HTTP. */
export type Outcome =
  | { readonly kind: 'processed' | 'repeated' | 'in-progress' | 'failed' }
  | { readonly kind: 'forged' | 'unreadable' | 'unidentified' }
  | { readonly kind: 'wrong-method' | 'wrong-type' | 'too-large' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const refusals = {
  'in-progress': [409, 'event_in_progress', 'The event is being processed'],
  failed: [500, 'processing_failed', 'The event could not be processed'],
  unreadable: [400, 'unreadable_body', 'The body cannot be read'],
  unidentified: [400, 'missing_identity', 'The event has no identity'],
  'wrong-method': [405, 'method_not_allowed', 'Deliver with POST'],
  'wrong-type': [415, 'unsupported_media_type', 'The media type is not one that this endpoint takes'],
  'too-large': [413, 'body_too_large', 'The body is larger than this endpoint takes'],
} as const

/** The answer to an outcome. A refused signature says that it is refused and nothing about what would have been right. */
export function answer(outcome: Outcome, _request: RequestHead, { profile, clock }: Setting): Answer {
  const { success, refusal } = profile.acknowledgement
  const timestamp = new Date(clock.now()).toISOString()
  switch (outcome.kind) {
    case 'processed':
    case 'repeated':
      return json(success.find((status) => typeof status === 'number') ?? 200, { received: true })
    case 'forged':
      return json(refusal.find((status) => typeof status === 'number') ?? 401, {
        error: { code: 'invalid_signature', message: 'The signature could not be verified', timestamp },
      })
    case 'too-many': {
      const retryAfter = outcome.retryAfterSeconds
      const body = { error: { code: 'rate_limit_exceeded', message: 'Too many deliveries', retryAfter, timestamp } }
      return json(profile.rateLimit?.status ?? 429, body, { 'Retry-After': String(retryAfter) })
    }
    default: {
      const [status, code, message] = refusals[outcome.kind]
      return json(status, { error: { code, message, timestamp } }, outcome.kind === 'wrong-method' ? { Allow: 'POST' } : {})
    }
  }
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) }) }).end(body)
}

const drain = { bytes: 64 * 1024 * 1024, ms: 2000 }

/**
 * Answers a request whose body is not wanted, and closes the connection.
 *
 * To close with bytes unread would reset the connection and could take the answer with it, so what still comes is read
 * and dropped: up to 64 MiB and for two seconds at most.
 */
export async function sendAndClose(message: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
  response.write(body)
  await new Promise<void>((resolve) => {
    let left = drain.bytes
    const timer = setTimeout(resolve, drain.ms)
    message.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) resolve()
    })
    for (const event of ['end', 'error', 'close']) message.once(event, () => resolve())
    message.resume()
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  response.end()
}
