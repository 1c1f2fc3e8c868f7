import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { createControlApi, createJournal, type Journal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

const maxBodyBytes = 1024 * 1024

/** A receiver as edge platforms want it: a function from `Request` to `Response`, here behind node:http. */
export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const webhook = new Webhook(secret)
  const control = createControlApi('fetch-style receiver', '1', 'standard-webhooks', journal)
  return listen('/api/webhooks', (message, response) => {
    if (control.serve(message, response)) return
    void handle(toRequest(message), webhook, journal).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })
  })
}

async function handle(request: Request, webhook: Webhook, journal: Journal): Promise<Response> {
  if (request.method !== 'POST') return new Response(null, { status: 405 })
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) return new Response(null, { status: 415 })
  // As on the platforms, which bound what reaches the function.
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return new Response(null, { status: 413, headers: { Connection: 'close' } })
  const text = await request.text()
  try {
    webhook.verify(text, Object.fromEntries(request.headers))
  } catch (error) {
    return new Response(null, { status: error instanceof WebhookVerificationError ? 401 : 400 })
  }
  try {
    journal.process(request.headers.get('webhook-id') ?? '')
    return new Response(null, { status: 204 })
  } catch {
    return new Response('try again', { status: 503 })
  }
}

function toRequest(message: IncomingMessage): Request {
  const headers = new Headers()
  for (let index = 0; index < message.rawHeaders.length; index += 2) headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '')
  const hasBody = message.method === 'POST' || message.method === 'PUT'
  return new Request(`http://${message.headers.host ?? 'localhost'}${message.url ?? '/'}`, {
    method: message.method ?? 'GET',
    headers,
    // The two declarations of a web stream in the types of Node do not know each other.
    ...(hasBody ? { body: Readable.toWeb(message) as ReadableStream<Uint8Array>, duplex: 'half' as const } : {}),
  })
}
