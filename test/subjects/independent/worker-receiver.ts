import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createControlApi, createJournal, type Journal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

interface Environment {
  readonly SECRET: string
  readonly journal: Journal
}

const hex = /^sha256=((?:[0-9a-f]{2}){32})$/i

/** A receiver for github in the style of a worker: a module with `fetch`, WebCrypto and the bytes of `arrayBuffer()`. */
const worker = {
  async fetch(request: Request, { SECRET, journal }: Environment): Promise<Response> {
    if (request.method !== 'POST') return new Response('Method Not Allowed', { status: 405, headers: { Allow: 'POST' } })
    const digits = hex.exec(request.headers.get('X-Hub-Signature-256') ?? '')?.[1]
    const body = await request.arrayBuffer()
    if (body.byteLength > 5_000_000) return new Response('Payload Too Large', { status: 413 })
    if (digits === undefined) return Response.json({ message: 'unsigned' }, { status: 401 })
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
    const signature = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    if (!(await crypto.subtle.verify('HMAC', key, signature, body))) return Response.json({ message: 'bad signature' }, { status: 401 })
    if (!request.headers.get('content-type')?.toLowerCase().startsWith('application/json')) return new Response(null, { status: 415 })
    const event: unknown = await new Response(body).json().catch(() => undefined)
    if (typeof event !== 'object' || event === null) return Response.json({ message: 'not an event' }, { status: 400 })
    const delivery = request.headers.get('X-GitHub-Delivery')
    if (delivery === null) return Response.json({ message: 'no id' }, { status: 400 })
    try {
      return new Response(journal.process(delivery), { status: 202 })
    } catch {
      return new Response('failed', { status: 500 })
    }
  },
}

export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('worker', '1', 'github', journal)
  return listen('/github', async (message, response) => {
    if (control.serve(message, response)) return
    const answer = await worker.fetch(asRequest(message), { SECRET: secret, journal }).catch(() => new Response(null, { status: 500 }))
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
  })
}

function asRequest(message: Parameters<Parameters<typeof listen>[1]>[0]): Request {
  const { method = 'GET', url = '/' } = message
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]))
  // The two declarations of a web stream in the types of Node do not know each other.
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(message) as ReadableStream<Uint8Array>, duplex: 'half' as const }
  return new Request(`http://worker${url}`, { method, headers, ...body })
}
