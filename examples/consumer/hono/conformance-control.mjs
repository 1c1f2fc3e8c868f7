import { Hono } from 'hono'

// The control API of event-delivery-conformance for Hono: shows the harness what took effect, and lets it ask for a
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
 * The routes of the control API; none in production.
 *
 * @param {{ forget?: () => void }} [options] `forget` empties the application's own memory of events
 */
export function control({ forget = () => {} } = {}) {
  const routes = new Hono()
  if (!enabled) return routes
  routes.get('/.well-known/event-conformance', (c) => c.json(manifest))
  routes.get('/_conformance', (c) => c.json(manifest))
  routes.post('/_conformance/reset', (c) => {
    effects.length = 0
    faults.clear()
    forget()
    return c.body(null, 204)
  })
  routes.get('/_conformance/effects', (c) => {
    const wanted = c.req.query('event')
    return c.json({ effects: effects.filter(({ event }) => wanted === undefined || wanted === event) })
  })
  routes.post('/_conformance/faults', async (c) => {
    const { event, times } = await c.req.json()
    faults.set(event, times)
    return c.body(null, 204)
  })
  return routes
}
