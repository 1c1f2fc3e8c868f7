import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createControlApi, type Observable } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

interface Row {
  leasedUntil: number
  doneAt?: string
}

/**
 * A receiver for stripe with a table of leases: who holds the lease works, others are told 503 and Retry-After.
 *
 * The parameters of the header are read in any order and with blanks around them.
 */
export function start(secret: string): Promise<Subject> {
  const table = new Map<string, Row>()
  const failing = new Map<string, number>()
  const observed: Observable = {
    effects: (wanted) => [...table].flatMap(([event, { doneAt: at }]) => (at === undefined || (wanted ?? event) !== event ? [] : [{ event, at }])),
    failNext: (event, times) => void failing.set(event, times),
    reset: () => (table.clear(), failing.clear()),
  }
  const control = createControlApi('leasing', '1', 'stripe', observed)
  return listen('/stripe/events/', (request, response) => {
    if (control.serve(request, response)) return
    const chunks: Uint8Array[] = []
    let size = 0
    request.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength
      if (size > 500_000) return void request.destroy()
      chunks.push(chunk)
    })
    request.on('error', () => {})
    request.on('end', async () => {
      const { status, message } = await respond(request.method, request.headers['content-type'], request.headers['stripe-signature'], Buffer.concat(chunks))
      response.statusCode = status
      response.statusMessage = message
      if (status === 503) response.setHeader('Retry-After', '1')
      response.end(message)
    })
  })

  async function respond(method: string | undefined, type: string | undefined, header: string | string[] | undefined, body: Buffer) {
    if (method !== 'POST') return { status: 405, message: 'Send POST' }
    if (!type?.toLowerCase().includes('application/json')) return { status: 415, message: 'Send JSON' }
    if (typeof header !== 'string' || !verified(header, body)) return { status: 400, message: 'Signature does not verify' }
    let id: unknown
    try {
      id = (JSON.parse(body.toString()) as { id: unknown }).id // throws for null, which is no event either
    } catch {
      return { status: 422, message: 'Not an event' }
    }
    return typeof id === 'string' ? handle(id) : { status: 422, message: 'Not an event' }
  }

  function verified(header: string, body: Buffer): boolean {
    const pairs = header.split(',').map((pair) => pair.trim().split('='))
    const times = pairs.filter(([name]) => name === 't').map(([, value = '']) => value)
    const [time] = times
    if (times.length !== 1 || time === undefined || !/^\d{1,12}$/.test(time)) return false
    const digest = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
    const ok = pairs.some(([name, value = '', ...rest]) => name === 'v1' && rest.length === 0 && value.length === 64 && Buffer.byteLength(value) === 64 && timingSafeEqual(Buffer.from(value), Buffer.from(digest)))
    return ok && Math.abs(Date.now() / 1000 - Number(time)) < 301
  }

  async function handle(id: string): Promise<{ status: number; message: string }> {
    const known = table.get(id)
    if (known?.doneAt !== undefined) return { status: 200, message: 'Known' }
    if (known !== undefined && known.leasedUntil > Date.now()) return { status: 503, message: 'In progress' }
    const row: Row = { leasedUntil: Date.now() + 30_000 }
    table.set(id, row)
    await sleep(5)
    const left = failing.get(id) ?? 0
    if (left > 0) {
      failing.set(id, left - 1)
      row.leasedUntil = 0
      return { status: 500, message: 'Failed' }
    }
    row.doneAt = new Date().toISOString()
    return { status: 200, message: 'Done' }
  }
}
