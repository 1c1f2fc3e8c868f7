// The control API of event-delivery-conformance for Fastify: shows the harness what took effect, and lets it ask for a
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
 * A plugin with the routes of the control API; empty in production.
 *
 * @param {import('fastify').FastifyInstance} app
 * @param {{ forget?: () => void }} options `forget` empties the application's own memory of events
 */
export async function control(app, { forget = () => {} }) {
  if (!enabled) return
  app.get('/.well-known/event-conformance', () => manifest)
  app.get('/_conformance', () => manifest)
  app.post('/_conformance/reset', (_, reply) => {
    effects.length = 0
    faults.clear()
    forget()
    return reply.code(204).send()
  })
  app.get('/_conformance/effects', ({ query }) => ({ effects: effects.filter(({ event }) => query.event === undefined || query.event === event) }))
  app.post('/_conformance/faults', ({ body }, reply) => {
    faults.set(body.event, body.times)
    return reply.code(204).send()
  })
}
