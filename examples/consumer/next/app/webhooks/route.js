import { Webhook } from 'standardwebhooks'
import { effect } from '../../conformance-control.mjs'
import { events } from '../../events.mjs'

const maxBytes = 256 * 1024

/** @param {Request} request */
export async function POST(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) return refuse(415, 'unsupported_media_type')
  const body = await read(request)
  if (body === undefined) return refuse(413, 'body_too_large')
  let event
  try {
    // Made here and not above, since the build loads this file, and has no secret.
    event = new Webhook(process.env.WEBHOOK_SECRET ?? '').verify(body, Object.fromEntries(request.headers))
  } catch (error) {
    // The library also parses, after it has verified.
    return error instanceof SyntaxError ? refuse(400, 'unreadable_body') : refuse(401, 'invalid_signature')
  }
  const id = request.headers.get('webhook-id')
  if (events.get(id) === 'done') return new Response(null, { status: 202 })
  if (events.has(id)) return refuse(409, 'event_in_progress')
  events.set(id, 'in progress')
  try {
    await effect(id, () => handle(event))
  } catch {
    events.delete(id)
    return refuse(500, 'processing_failed')
  }
  events.set(id, 'done')
  return new Response(null, { status: 202 })
}

/** The bytes as they came; undefined beyond the limit. */
async function read(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
async function handle(event) {
  if (event?.type === 'order.created') console.log(`order ${event.data?.orderId} was created`)
}

function refuse(status, code) {
  return Response.json({ error: { code, message: code.replaceAll('_', ' ') } }, { status })
}
