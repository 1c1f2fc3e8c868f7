import { createHmac, timingSafeEqual } from 'node:crypto'
import { createControlApi, createJournal } from '../control-api.ts'
import { listen, type Subject } from '../receiver-server.ts'

type Check = (value: unknown) => boolean

const text = (pattern = /[^]+/): Check => (value) => typeof value === 'string' && pattern.test(value)
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const list = (item: Check): Check => (value) => Array.isArray(value) && value.every(item)

/** Every member is known, and every one of them but those with `?` is there. */
function record(members: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = Object.entries(value)
    const known = entries.every(([name, member]) => (members[name] ?? members[`${name}?`])?.(member) ?? false)
    return known && Object.keys(members).every((name) => name.endsWith('?') || name in value)
  }
}

const time = text(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/)
const item = record({ productId: text(/^prod-\d+$/), quantity: number })
const dataOf: Readonly<Record<string, Check>> = {
  'order.created': record({ orderId: text(), customerId: text(), total: number, items: list(item) }),
  'order.shipped': record({ orderId: text(), trackingNumber: text(/^[A-Z0-9]+$/) }),
}
const envelope = record({ id: text(), type: text(), timestamp: time, source: text(), 'schemaVersion?': text(/^1\./), 'idempotencyKey?': text(), data: (value) => typeof value === 'object' })

/**
 * A receiver for event-delivery that checks events against a closed schema: nothing but the members it knows.
 *
 * Types that it does not know are acknowledged and ignored, whatever their data. The secret's text is not the key.
 */
export function start(secret: string): Promise<Subject> {
  const key = Buffer.from(secret.slice(secret.indexOf('_') + 1), 'base64')
  const journal = createJournal()
  const control = createControlApi('strict schema', '1', 'event-delivery', journal)
  return listen('/events', (request, response) => {
    if (control.serve(request, response)) return
    const chunks: Buffer[] = []
    let room = 300_000
    const reply = (status: number, code = '') => {
      const body = code === '' ? '' : JSON.stringify({ error: { code, message: code.replaceAll('_', ' ') } })
      if (!response.writableEnded) response.writeHead(status, { 'content-type': 'application/json', ...(status === 413 ? { connection: 'close' } : {}) }).end(body)
    }
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => ((room -= chunk.length) < 0 ? reply(413, 'too_large') : chunks.push(chunk)))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      if (request.method !== 'POST') return reply(405, 'method_not_allowed')
      const { 'webhook-id': id = '', 'webhook-timestamp': at = '', 'webhook-signature': given = '' } = request.headers as NodeJS.Dict<string>
      if (!isSigned(id, at, given, raw)) return reply(401, 'invalid_signature')
      if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? '')) return reply(415, 'unsupported_media_type')
      let event: { id: string; type: string; data: unknown }
      try {
        event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as typeof event // checked below
      } catch {
        return reply(400, 'invalid_json')
      }
      if (!envelope(event)) return reply(422, 'invalid_event')
      if (event.id !== id) return reply(422, 'id_mismatch')
      const check = dataOf[event.type]
      if (check === undefined) return reply(200)
      if (!check(event.data)) return reply(422, 'invalid_data')
      try {
        journal.process(id)
        reply(202)
      } catch {
        reply(503, 'unavailable')
      }
    })
  })

  function isSigned(id: string, at: string, given: string, raw: Buffer): boolean {
    if (id === '' || !/^\d{10}$/.test(at) || Math.abs(Number(at) - Date.now() / 1000) > 300.5) return false
    const right = `v1,${createHmac('sha256', key).update(`${id}.${at}.${raw.toString('latin1')}`, 'latin1').digest('base64')}`
    return given.split(' ').some((entry) => entry.length === right.length && timingSafeEqual(Buffer.from(entry, 'latin1'), Buffer.from(right)))
  }
}
