// The control API of event-delivery-conformance for route handlers of Next.js: shows the harness what took effect, and lets
// it ask for a failure. For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.

const enabled = process.env.CONFORMANCE_CONTROL === '1'
const manifest = { name: 'webhook-receiver', version: '1.0.0', roles: ['consumer'], capabilities: {} }
// Next.js may load this file once for each route: the state hangs on the process.
const { effects, faults } = (globalThis[Symbol.for('conformance-control')] ??= { effects: [], faults: new Map() })

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
 * The handlers of `app/api/conformance/[[...verb]]/route.js`; 404 in production.
 *
 * @param {{ forget?: () => void }} [options] `forget` empties the application's own memory of events
 */
export function control({ forget = () => {} } = {}) {
  /** @param {Request} request */
  async function serve(request) {
    const { pathname, searchParams } = new URL(request.url)
    const verb = `${request.method} ${pathname.replace(/^.*\/api\/conformance/, '')}`
    if (!enabled) return new Response(null, { status: 404 })
    if (verb === 'GET ') return Response.json(manifest)
    if (verb === 'POST /reset') {
      effects.length = 0
      faults.clear()
      forget()
      return new Response(null, { status: 204 })
    }
    if (verb === 'GET /effects') {
      const wanted = searchParams.get('event')
      return Response.json({ effects: effects.filter(({ event }) => wanted === null || wanted === event) })
    }
    if (verb === 'POST /faults') {
      const { event, times } = await request.json()
      faults.set(event, times)
      return new Response(null, { status: 204 })
    }
    return new Response(null, { status: 404 })
  }
  return { GET: serve, POST: serve }
}
