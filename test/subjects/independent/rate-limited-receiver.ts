import { createHmac, timingSafeEqual } from 'node:crypto'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

/**
 * A receiver for slack behind a limit for each address: so many requests a window, and 429 before anything is read.
 *
 * Authentic event types that it has no handler for are acknowledged and do nothing, as the platform wants it.
 */
export function startWith(limit: number, windowMs: number): (secret: string) => Promise<Subject> {
  return (secret) => {
    const journal = createJournal()
    const control = createControlApi('rate-limited', '1', 'slack', journal)
    const windows = new Map<string, { endsAt: number; count: number }>()
    return listen('/slack', (request, response) => {
      if (control.serve(request, response)) return
      const address = request.socket.remoteAddress ?? ''
      const now = Date.now()
      let window = windows.get(address)
      if (window === undefined || window.endsAt <= now) windows.set(address, (window = { endsAt: now + windowMs, count: 0 }))
      if (++window.count > limit) {
        response.writeHead(429, { 'Retry-After': Math.ceil((window.endsAt - now) / 1000), 'Content-Type': 'text/plain', Connection: 'close' }).end('slow down')
        return
      }
      const chunks: Buffer[] = []
      let size = 0
      request.on('error', () => {})
      request.on('data', (chunk: Buffer) => {
        if ((size += chunk.length) <= 3_000_000) chunks.push(chunk)
      })
      request.on('end', () => {
        const status = size > 3_000_000 ? 413 : statusOf(request.method, request.headers, Buffer.concat(chunks))
        response.writeHead(status).end()
      })
    })

    function statusOf(method: string | undefined, headers: NodeJS.Dict<string | string[]>, raw: Buffer): number {
      if (method !== 'POST') return 405
      const time = headers['x-slack-request-timestamp']
      const signature = headers['x-slack-signature']
      if (typeof time !== 'string' || typeof signature !== 'string' || !/^[0-9]+$/.test(time)) return 401
      if (Math.abs(Math.trunc(Date.now() / 1000) - Number.parseInt(time, 10)) > 60 * 5) return 401
      const mine = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${time}:`).update(raw).digest('hex')}`)
      const theirs = Buffer.from(signature)
      if (mine.length !== theirs.length || !timingSafeEqual(mine, theirs)) return 401
      const [type] = String(headers['content-type']).toLowerCase().split(';')
      if (type !== 'application/json') return 415
      try {
        const event = JSON.parse(raw.toString()) as { type?: string; event_id?: string; event?: { type?: string } } // of Slack, the signature says
        if (event.type !== 'event_callback' || typeof event.event_id !== 'string') return 400
        if (!['app_mention', 'reaction_added'].includes(event.event?.type ?? '')) return 200
        return journal.process(event.event_id) === 'effect' ? 200 : 202
      } catch (error) {
        return error instanceof SyntaxError || error instanceof TypeError ? 400 : 500
      }
    }
  }
}
