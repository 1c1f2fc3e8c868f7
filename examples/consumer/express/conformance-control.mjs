import express from 'express'

// The control API of event-delivery-conformance for Express: shows the harness what took effect, and lets it ask for a
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
  const router = express.Router()
  if (!enabled) return router
  router.get(['/.well-known/event-conformance', '/_conformance'], (_, response) => void response.json(manifest))
  router.post('/_conformance/reset', (_, response) => {
    effects.length = 0
    faults.clear()
    forget()
    response.status(204).end()
  })
  router.get('/_conformance/effects', ({ query }, response) => {
    response.json({ effects: effects.filter(({ event }) => query.event === undefined || query.event === event) })
  })
  router.post('/_conformance/faults', express.json(), ({ body }, response) => {
    faults.set(body.event, body.times)
    response.status(204).end()
  })
  return router
}
