import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

class Problem extends Error {
  constructor(readonly status: number, readonly code: string) {
    super(code)
  }
}

/**
 * A receiver for hmac-timestamp in layers that throw: 403 for whatever is not authentic, problem details for everything.
 *
 * An acknowledgement is 201 with a receipt.
 */
export function start(secret: string): Promise<Subject> {
  const journal = createJournal()
  const control = createControlApi('forbids', '1', 'hmac-timestamp', journal)
  return listen('/v2/notifications', (request, response) => {
    if (control.serve(request, response)) return
    receive(request).then(
      (id) => response.writeHead(201, { 'Content-Type': 'application/json', Location: `/receipts/${id}` }).end(JSON.stringify({ receipt: id })),
      (error: unknown) => {
        const { status, code } = error instanceof Problem ? error : new Problem(503, 'unavailable')
        response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ type: 'about:blank', title: code, status }))
      },
    )
  })

  async function receive(request: IncomingMessage): Promise<string> {
    if (request.method !== 'POST') throw new Problem(405, 'method')
    const raw = await read(request)
    authenticate(request, raw)
    if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw new Problem(415, 'media-type')
    const { id } = parse(raw)
    journal.process(id)
    return id
  }

  function authenticate({ headers }: IncomingMessage, raw: Buffer): void {
    const time = headers['x-webhook-timestamp']
    const signature = headers['x-webhook-signature']
    if (typeof time !== 'string' || typeof signature !== 'string') throw new Problem(403, 'unsigned')
    if (!/^[0-9]{10}$/.test(time)) throw new Problem(403, 'time')
    const age = Date.now() / 1000 - Number(time)
    if (age > 300 || age < -300) throw new Problem(403, 'time')
    const right = createHmac('sha256', secret).update(time).update('.').update(raw).digest()
    const [, digits] = /^sha256=([0-9a-fA-F]{64})$/.exec(signature) ?? []
    if (digits === undefined || !timingSafeEqual(right, Buffer.from(digits, 'hex'))) throw new Problem(403, 'signature')
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const length = Number(request.headers['content-length'])
  if (length > 262_144) throw new Problem(413, 'too-large')
  let raw = Buffer.alloc(0)
  for await (const chunk of request as AsyncIterable<Buffer>) {
    raw = Buffer.concat([raw, chunk])
    if (raw.length > 262_144) throw new Problem(413, 'too-large')
  }
  return raw
}

function parse(raw: Buffer): { readonly id: string } {
  try {
    const event = JSON.parse(raw.toString()) as { id?: unknown } | null // any JSON; only its id is looked at
    if (typeof event?.id === 'string') return { id: event.id }
  } catch {
    // falls through to the same answer
  }
  throw new Problem(422, 'unreadable')
}
