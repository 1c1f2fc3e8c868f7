import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createControlApi, type Observable } from '../control-api.ts'
import type { Subject } from '../receiver-server.ts'

type State = 'working' | 'done'

/**
 * A receiver for standard-webhooks that works 30 ms before it answers, and answers 409 to a copy of what it works on.
 *
 * It keeps connections alive, and sends `Connection: keep-alive` although it is asked to close.
 */
export async function start(secret: string): Promise<Subject> {
  const key = Buffer.from(secret.slice(6), 'base64')
  const states = new Map<string, State>()
  const log: { event: string; at: string }[] = []
  const broken = new Map<string, number>()
  const observed: Observable = {
    effects: (event) => (event === undefined ? log : log.filter((line) => line.event === event)),
    failNext: (event, times) => void broken.set(event, times),
    reset() {
      states.clear()
      broken.clear()
      log.length = 0
    },
  }
  const control = createControlApi('conflict', '1', 'standard-webhooks', observed)
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (control.serve(request, response)) return
    void statusFor(request).then((status) => response.writeHead(status, { Connection: 'keep-alive', 'Content-Length': 2, 'Content-Type': 'application/json' }).end('{}'))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/hook?source=partner`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function statusFor(request: IncomingMessage): Promise<number> {
    const body = await everything(request)
    if (body === undefined) return 413
    if (request.method !== 'POST') return 405
    if (!/^application\/(\w+\+)?json *(;.*)?$/i.test(request.headers['content-type'] ?? '')) return 415
    const id = authenticated(request, body)
    if (id === undefined) return 401
    if (!isObject(body)) return 400
    return work(id)
  }

  async function work(id: string): Promise<number> {
    const state = states.get(id)
    if (state !== undefined) return state === 'done' ? 200 : 409
    states.set(id, 'working')
    await sleep(30)
    const failures = broken.get(id) ?? 0
    if (failures > 0) {
      broken.set(id, failures - 1)
      states.delete(id)
      return 500
    }
    log.push({ event: id, at: new Date().toISOString() })
    states.set(id, 'done')
    return 200
  }

  function authenticated({ headers }: IncomingMessage, body: Buffer): string | undefined {
    const id = String(headers['webhook-id'] ?? '')
    const time = String(headers['webhook-timestamp'] ?? '')
    if (!/^[\w-]+$/.test(id) || !/^[1-9][0-9]{9}$/.test(time)) return undefined
    if (Math.abs(Date.now() - 1000 * Number(time)) > 5 * 60 * 1000) return undefined
    const expected = createHmac('sha256', key).update(id + '.' + time + '.').update(body).digest()
    for (const entry of String(headers['webhook-signature'] ?? '').split(' ')) {
      if (!/^v1,[A-Za-z0-9+/]{43}=$/.test(entry)) continue
      const given = Buffer.from(entry.slice(3), 'base64')
      if (given.toString('base64') === entry.slice(3) && timingSafeEqual(given, expected)) return id
    }
    return undefined
  }
}

async function everything(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let left = 1 << 20
  for await (const chunk of request as AsyncIterable<Buffer>) {
    left -= chunk.length
    if (left >= 0) chunks.push(chunk)
  }
  return left >= 0 ? Buffer.concat(chunks) : undefined
}

function isObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
