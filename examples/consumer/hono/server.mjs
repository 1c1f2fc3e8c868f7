import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { Webhook } from 'standardwebhooks'
import { control, effect } from './conformance-control.mjs'

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '') // ends the program when there is no secret
const events = new Map() // id → 'in progress' or 'done'; in production a table with the id as its key

const app = new Hono()
app.route('/', control({ forget: () => events.clear() }))

app.post('/webhooks', bodyLimit({ maxSize: 256 * 1024, onError: (c) => refuse(c, 413, 'body_too_large') }), async (c) => {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) return refuse(c, 415, 'unsupported_media_type')
  const body = Buffer.from(await c.req.arrayBuffer())
  let event
  try {
    event = webhook.verify(body, c.req.header())
  } catch (error) {
    // The library also parses, after it has verified.
    return error instanceof SyntaxError ? refuse(c, 400, 'unreadable_body') : refuse(c, 401, 'invalid_signature')
  }
  const id = c.req.header('webhook-id')
  if (events.get(id) === 'done') return c.body(null, 202)
  if (events.has(id)) return refuse(c, 409, 'event_in_progress')
  events.set(id, 'in progress')
  try {
    await effect(id, () => handle(event))
  } catch {
    events.delete(id)
    return refuse(c, 500, 'processing_failed')
  }
  events.set(id, 'done')
  return c.body(null, 202)
})

app.notFound((c) => refuse(c, 404, 'not_found'))
app.onError((_, c) => refuse(c, 500, 'internal'))

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }, ({ port }) => console.log(`http://127.0.0.1:${port}/webhooks`))

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
async function handle(event) {
  if (event?.type === 'order.created') console.log(`order ${event.data?.orderId} was created`)
}

function refuse(c, status, code) {
  return c.json({ error: { code, message: code.replaceAll('_', ' ') } }, status)
}
