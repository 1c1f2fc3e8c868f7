import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { control, effect } from './conformance-control.mjs'

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''), 'base64')
if (key.length < 24) throw new Error('WEBHOOK_SECRET is not whsec_ and the base64 of 24 bytes or more')
const toleranceSeconds = 300
const maxBytes = 256 * 1024
const events = new Map() // id → 'in progress' or 'done'; in production a table with the id as its key

const server = createServer(async (request, response) => {
  try {
    if (await control(request, response, { forget: () => events.clear() })) return
    await receive(request, response)
  } catch {
    // The sender broke off, or something is wrong here: neither is told in detail.
    if (response.headersSent) response.destroy()
    else refuse(response, 500, 'internal')
  }
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/webhooks`))

async function receive(request, response) {
  if (request.url !== '/webhooks') return refuse(response, 404, 'not_found')
  if (request.method !== 'POST') return refuse(response, 405, 'method_not_allowed', { Allow: 'POST' })
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return refuse(response, 415, 'unsupported_media_type')
  const body = await read(request)
  if (body === undefined) return refuse(response, 413, 'body_too_large', { Connection: 'close' })
  if (!authentic(request.headers, body)) return refuse(response, 401, 'invalid_signature')

  const event = parsed(body)
  if (event === undefined) return refuse(response, 400, 'unreadable_body')
  const id = request.headers['webhook-id']
  if (events.get(id) === 'done') return response.writeHead(202).end()
  if (events.has(id)) return refuse(response, 409, 'event_in_progress')
  events.set(id, 'in progress')
  try {
    await effect(id, () => handle(event))
  } catch {
    events.delete(id)
    return refuse(response, 500, 'processing_failed')
  }
  events.set(id, 'done')
  response.writeHead(202).end()
}

/** The bytes as they came; undefined beyond the limit. */
async function read(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Standard Webhooks: one `v1` entry of the list has to be the MAC of id, timestamp and bytes, made within five minutes. */
function authentic(headers, body) {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': list = '' } = headers
  if (id === '' || !/^[0-9]{1,12}$/.test(timestamp)) return false
  if (Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp)) > toleranceSeconds) return false
  const right = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`)
  return list.split(' ').some((entry) => {
    const given = Buffer.from(entry)
    return given.length === right.length && timingSafeEqual(given, right)
  })
}

function parsed(body) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
async function handle(event) {
  if (event.type === 'order.created') console.log(`order ${event.data?.orderId} was created`)
}

function refuse(response, status, code, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify({ error: { code, message: code.replaceAll('_', ' ') } }))
}
