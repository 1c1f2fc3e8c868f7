import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

interface Context {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  raw?: Buffer
}
type Middleware = (context: Context, next: () => void) => void

/**
 * A receiver for event-delivery as a chain of middleware with the manners of a well-known framework.
 *
 * A raw parser that takes JSON only and 100 KiB at most leaves nothing behind for other types; pages for what has no route;
 * ETag, X-Powered-By and charset on every answer; errors as JSON.
 */
export function start(secret: string): Promise<Subject> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const journal = createJournal()
  const control = createControlApi('express-like', '4', 'event-delivery', journal)
  const chain: readonly Middleware[] = [
    ({ request, response }, next) => void (control.serve(request, response) || next()),
    raw,
    ({ request, raw: body, response }, next) => {
      const [id, time, list] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => request.headers[name])
      if (request.method !== 'POST') return page(response, 404, `Cannot ${request.method} ${request.url}`)
      if (typeof id !== 'string' || typeof time !== 'string' || typeof list !== 'string' || body === undefined) {
        return json(response, 401, failure('missing_signature', 'A signed JSON body is needed.'))
      }
      const text = createHmac('sha256', key).update(Buffer.concat([Buffer.from(`${id}.${time}.`), body])).digest('base64')
      const match = list.split(/ +/).map((entry) => entry.split(',')).find(([version, value, ...rest]) => version === 'v1' && rest.length === 0 && equal(value ?? '', text))
      if (match === undefined) return json(response, 401, failure('invalid_signature', 'No entry of the list is right.'))
      if (!(Math.abs(Date.now() - Number(time) * 1000) < 300_999) || !/^\d+$/.test(time)) return json(response, 401, failure('stale', 'The timestamp is not of now.'))
      next()
    },
    ({ request, raw: body, response }) => {
      let event: { id?: unknown } | null
      try {
        event = JSON.parse(String(body)) as typeof event // any JSON; the id is looked at alone
      } catch {
        return json(response, 400, failure('invalid_json', 'The body is not JSON.'))
      }
      const id = request.headers['webhook-id'] as string // the middleware before has looked
      if (typeof event !== 'object' || event === null) return json(response, 400, failure('invalid_event', 'The body is not an event.'))
      try {
        json(response, 200, { received: true, duplicate: journal.process(id) === 'repeat' })
      } catch {
        json(response, 500, failure('internal', 'Something broke.'))
      }
    },
  ]
  return listen('/webhooks/orders', (request, response) => {
    const context: Context = { request, response }
    const call = (index: number): void => chain[index]?.(context, () => call(index + 1))
    call(0)
  })
}

const raw: Middleware = (context, next) => {
  const { request, response } = context
  if (request.headers['content-type']?.split(';', 1)[0]?.toLowerCase() !== 'application/json') return next()
  const limit = 100 * 1024
  const tooLarge = () => json(response, 413, failure('entity.too.large', 'The body is too large.'))
  if (Number(request.headers['content-length']) > limit) return tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
    else if (!response.headersSent) tooLarge()
  })
  request.on('error', () => {})
  request.on('end', () => {
    if (size > limit) return
    context.raw = Buffer.concat(chunks)
    next()
  })
}

function equal(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

const failure = (code: string, message: string) => ({ error: { code, message } })

function json(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value))
}

function page(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/html; charset=utf-8', `<!DOCTYPE html>\n<html lang="en"><head><title>Error</title></head><body><pre>${text}</pre></body></html>\n`)
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const tag = createHash('sha1').update(body).digest('base64').slice(0, 27)
  response.writeHead(status, { 'X-Powered-By': 'Express', 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ETag: `W/"${body.length.toString(16)}-${tag}"` }).end(body)
}
