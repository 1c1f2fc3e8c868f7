import { json as readJson } from 'node:stream/consumers'

// The control API of event-delivery-conformance for node:http: shows the harness what took effect, and lets it ask for a
// failure. For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.

const enabled = process.env.CONFORMANCE_CONTROL === '1'
const manifest = { name: 'webhook-receiver', version: '1.0.0', roles: ['consumer'], capabilities: {}, control: '/_conformance' }
const effects = []
const faults = new Map()

/**
 * Does the work of an event, and remembers that it took effect. Rejects without doing it when the harness asked for a failure.
 *
 * @template T
 * @param {string} event the id by which a repeat is recognised
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function effect(event, work) {
  const due = faults.get(event) ?? 0
  if (due > 0) {
    faults.set(event, due - 1)
    throw new Error('the harness asked for this failure')
  }
  const result = await work()
  if (enabled) effects.push({ event, at: new Date().toISOString() })
  return result
}

/**
 * Serves a request of the control API, and resolves to whether it was one; never in production.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {{ forget?: () => void }} [options] `forget` empties the application's own memory of events
 * @returns {Promise<boolean>}
 */
export async function control(request, response, { forget = () => {} } = {}) {
  if (!enabled) return false
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control')
  switch (`${request.method} ${pathname}`) {
    case 'GET /.well-known/event-conformance':
    case 'GET /_conformance':
      return answer(response, 200, manifest)
    case 'POST /_conformance/reset':
      effects.length = 0
      faults.clear()
      forget()
      return answer(response, 204)
    case 'GET /_conformance/effects': {
      const wanted = searchParams.get('event')
      return answer(response, 200, { effects: effects.filter(({ event }) => wanted === null || wanted === event) })
    }
    case 'POST /_conformance/faults': {
      const { event, times } = await readJson(request)
      faults.set(event, times)
      return answer(response, 204)
    }
    default:
      return false
  }
}

function answer(response, status, body) {
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  return true
}
