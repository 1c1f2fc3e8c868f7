import Fastify from 'fastify'
import { Webhook } from 'standardwebhooks'
import { control, effect } from './conformance-control.mjs'

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '') // ends the program when there is no secret
const events = new Map() // id → 'in progress' or 'done'; in production a table with the id as its key

const app = Fastify({ bodyLimit: 256 * 1024 })
app.setErrorHandler((error, _, reply) => refuse(reply, error.statusCode ?? 500, error.statusCode === undefined ? 'internal' : error.code.toLowerCase()))
app.setNotFoundHandler((_, reply) => refuse(reply, 404, 'not_found'))
await app.register(control, { forget: () => events.clear() })

// A scope of its own: here, and nowhere else, a body stays the bytes that came.
await app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers()
  webhooks.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  webhooks.post('/webhooks', receive)
})

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) })
console.log(`http://127.0.0.1:${app.server.address().port}/webhooks`)

async function receive(request, reply) {
  let event
  try {
    event = webhook.verify(request.body ?? '', request.headers)
  } catch (error) {
    // The library also parses, after it has verified.
    return error instanceof SyntaxError ? refuse(reply, 400, 'unreadable_body') : refuse(reply, 401, 'invalid_signature')
  }
  const id = request.headers['webhook-id']
  if (events.get(id) === 'done') return reply.code(202).send()
  if (events.has(id)) return refuse(reply, 409, 'event_in_progress')
  events.set(id, 'in progress')
  try {
    await effect(id, () => handle(event))
  } catch {
    events.delete(id)
    return refuse(reply, 500, 'processing_failed')
  }
  events.set(id, 'done')
  return reply.code(202).send()
}

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
async function handle(event) {
  if (event?.type === 'order.created') console.log(`order ${event.data?.orderId} was created`)
}

function refuse(reply, status, code) {
  return reply.code(status).send({ error: { code, message: code.replaceAll('_', ' ') } })
}
