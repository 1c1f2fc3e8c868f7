import express from 'express'
import { Webhook } from 'standardwebhooks'
import { control, effect } from './conformance-control.mjs'

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '') // ends the program when there is no secret
const events = new Map() // id → 'in progress' or 'done'; in production a table with the id as its key

const app = express()
app.disable('x-powered-by')
app.use(control({ forget: () => events.clear() }))

app.post('/webhooks', express.raw({ type: 'application/json', limit: '256kb' }), async (request, response) => {
  if (!Buffer.isBuffer(request.body)) return refuse(response, 415, 'unsupported_media_type')
  let event
  try {
    event = webhook.verify(request.body, request.headers)
  } catch (error) {
    // The library also parses, after it has verified.
    return error instanceof SyntaxError ? refuse(response, 400, 'unreadable_body') : refuse(response, 401, 'invalid_signature')
  }
  const id = request.headers['webhook-id']
  if (events.get(id) === 'done') return response.status(202).end()
  if (events.has(id)) return refuse(response, 409, 'event_in_progress')
  events.set(id, 'in progress')
  try {
    await effect(id, () => handle(event))
  } catch {
    events.delete(id)
    return refuse(response, 500, 'processing_failed')
  }
  events.set(id, 'done')
  response.status(202).end()
})

app.use((_, response) => refuse(response, 404, 'not_found'))
app.use((error, _request, response, _next) => refuse(response, error.status ?? 500, error.status === 413 ? 'body_too_large' : 'not_readable'))

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/webhooks`))

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
async function handle(event) {
  if (event?.type === 'order.created') console.log(`order ${event.data?.orderId} was created`)
}

function refuse(response, status, code) {
  response.status(status).json({ error: { code, message: code.replaceAll('_', ' ') } })
}
