import { createHmac, timingSafeEqual } from 'node:crypto'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

/**
 * A receiver for standard-webhooks that never says a word: 204, 401, 413, 415 and 503, each with an empty body.
 *
 * The body is read with `for await`; a loop that ends early destroys the request, so what is too large is cut off.
 */
export function start(secret: string): Promise<Subject> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const journal = createJournal()
  const control = createControlApi('no content', '1', 'standard-webhooks', journal)
  return listen('/', async (request, response) => {
    if (control.serve(request, response)) return
    const done = (status: number) => void response.writeHead(status, { 'Content-Length': 0 }).end()
    if (request.method !== 'POST') return done(405)
    if (!(request.headers['content-type'] ?? '').toLowerCase().startsWith('application/json')) return done(415)
    const { 'webhook-id': id, 'webhook-timestamp': sentAt, 'webhook-signature': given } = request.headers
    if (Number(request.headers['content-length']) > 1e6) return done(413)

    const mac = createHmac('sha256', key).update(`${String(id)}.${String(sentAt)}.`)
    const pieces: Buffer[] = []
    let length = 0
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        if ((length += piece.length) > 1e6) return done(413)
        mac.update(piece)
        pieces.push(piece)
      }
    } catch {
      return
    }
    const right = Buffer.from(`v1,${mac.digest('base64')}`)
    const isRight = (entry: string) => entry.length === right.length && timingSafeEqual(Buffer.from(entry, 'latin1'), right)
    const fresh = /^\d+$/.test(String(sentAt)) && Math.abs(Math.floor(Date.now() / 1000) - Number(sentAt)) <= 300
    if (typeof id !== 'string' || id === '' || typeof given !== 'string' || !given.split(' ').some(isRight) || !fresh) return done(401)
    try {
      JSON.parse(Buffer.concat(pieces).toString())
    } catch {
      return done(422)
    }
    try {
      journal.process(id)
      done(204)
    } catch {
      done(503)
    }
  })
}
