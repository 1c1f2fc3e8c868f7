import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createControlApi, type Observable } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

interface Reply {
  readonly status: number
  readonly error?: string
}

const toleranceSeconds = 300
const maxBodyBytes = 512 * 1024
const workMs = 50

/**
 * A receiver for the profile event-delivery that answers 202 once an event stands in its queue, and works 50 ms later.
 *
 * The queue takes its time, too: between looking an event up and having stored it, other requests are served. Copies of an
 * event that is being stored wait for the same storing.
 */
export function start(secret: string): Promise<Subject> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const queue = createQueue()
  const control = createControlApi('queueing receiver', '1', 'event-delivery', queue)
  return listen('/hooks/orders', (request, response) => {
    if (control.serve(request, response)) return
    void answerTo(request, key, queue).then(({ status, error }) => {
      const body = error === undefined ? '' : JSON.stringify({ error: { code: error.toUpperCase(), message: `The delivery is refused: ${error}.` } })
      response.writeHead(status, { 'Content-Type': 'application/json', ...(status === 413 ? { Connection: 'close' } : {}) }).end(body)
    })
  })
}

async function answerTo(request: IncomingMessage, key: Buffer, queue: Queue): Promise<Reply> {
  if (request.method !== 'POST') return { status: 405, error: 'method' }
  const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';')
  if (mediaType.trim().toLowerCase() !== 'application/json') return { status: 415, error: 'media_type' }
  const body = await bodyOf(request)
  if (body === undefined) return { status: 413, error: 'size' }
  await sleep(1)
  if (!isAuthentic(request.headers, body, key)) return { status: 401, error: 'signature' }
  if (!isReadable(body)) return { status: 400, error: 'unreadable' }
  try {
    await queue.add(String(request.headers['webhook-id']))
    return { status: 202 }
  } catch {
    return { status: 503, error: 'unavailable' }
  }
}

function isAuthentic(headers: IncomingHttpHeaders, body: Buffer, key: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': list } = headers
  if (typeof id !== 'string' || typeof stamp !== 'string' || typeof list !== 'string') return false
  // Node joins repeated headers with a comma and a blank, and neither can be part of an id.
  if (!/^[^.\s,]{1,256}$/.test(id) || !/^[0-9]{1,12}$/.test(stamp) || list.length > 16_384) return false
  const expected = createHmac('sha256', key).update(`${id}.${stamp}.`).update(body).digest('base64')
  const matches = list.split(' ').some((entry) => {
    const given = Buffer.from(entry)
    const right = Buffer.from(`v1,${expected}`)
    return given.length === right.length && timingSafeEqual(given, right)
  })
  return matches && Math.abs(Date.now() / 1000 - Number(stamp)) <= toleranceSeconds + 1
}

function isReadable(body: Buffer): boolean {
  try {
    const event: unknown = JSON.parse(body.toString('utf8'))
    return typeof event === 'object' && event !== null
  } catch {
    return false
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let left = maxBodyBytes
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left >= 0) chunks.push(chunk)
    else request.emit('too-large')
  })
  const outcome = await Promise.race([once(request, 'end').then(() => true), once(request, 'too-large').then(() => false)]).catch(() => false)
  return outcome ? Buffer.concat(chunks) : undefined
}

interface Queue extends Observable {
  /** Resolves once the event is stored, by this call or another. @throws Error when storing fails. */
  add(event: string): Promise<void>
}

function createQueue(): Queue {
  const stored = new Map<string, Promise<void>>()
  const done: { event: string; at: string }[] = []
  const failures = new Map<string, number>()

  async function store(event: string): Promise<void> {
    await sleep(2)
    const left = failures.get(event) ?? 0
    if (left > 0) {
      failures.set(event, left - 1)
      throw new Error('the queue is not available')
    }
    void sleep(workMs).then(() => done.push({ event, at: new Date().toISOString() }))
  }

  return {
    add(event) {
      const known = stored.get(event)
      if (known !== undefined) return known
      const storing = store(event)
      stored.set(event, storing)
      storing.catch(() => stored.delete(event))
      return storing
    },
    effects: (wanted) => done.filter(({ event }) => wanted === undefined || event === wanted),
    failNext: (event, times) => void failures.set(event, times),
    reset() {
      stored.clear()
      done.length = 0
      failures.clear()
    },
  }
}
