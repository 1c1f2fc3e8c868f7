import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/**
 * Speaks the exec adapter's JSON-RPC on stdin and stdout for one event-stream client.
 *
 * `open(request, report)` starts a connection and returns `{ close() }`, which may return a promise of its end. It calls `report.event({ type, data, lastEventId })`,
 * `report.state('connecting' | 'open' | 'closed')` and `report.error()`. `request` is `{ url, headers?, lastEventId?, closeAfter? }`;
 * a parameter that the client cannot do is refused by throwing `cannotDo(name)`.
 */
export function serveAdapter({ name, version, capabilities = {}, open }) {
  const connections = new Map()

  const methods = {
    manifest: () => ({ name, version, roles: ['sse-client'], capabilities }),
    reset: () => {
      for (const connection of connections.values()) connection.close()
      connections.clear()
      return null
    },
    connect: (request) => {
      const id = `connection-${connections.size + 1}`
      connections.set(id, connect(request))
      return { id }
    },
    connection: ({ id }) => connections.get(id)?.seen ?? { state: 'closed', events: [], errors: 0 },
    close: async ({ id }) => {
      await connections.get(id)?.close()
      return null
    },
  }

  function connect(request) {
    const seen = { state: 'connecting', events: [], errors: 0 }
    const connection = {
      seen,
      close: async () => {
        const closed = client?.close()
        seen.state = 'closed'
        await closed
      },
    }
    const client = open(request, {
      event: (event) => {
        seen.events.push(event)
        if (seen.events.length === request.closeAfter) void connection.close()
      },
      state: (state) => (seen.state = state),
      error: () => (seen.errors += 1),
    })
    return connection
  }

  const lines = createInterface({ input: process.stdin })
  lines.on('line', async (line) => {
    const { id, method, params = {} } = JSON.parse(line)
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...(await answer(method, params)) })}\n`)
  })
  lines.on('close', () => process.exit(0))

  async function answer(method, params) {
    if (methods[method] === undefined) return { error: { code: -32601, message: 'Method not found' } }
    try {
      return { result: await methods[method](params) }
    } catch (error) {
      return { error: { code: error.code === -32602 ? -32602 : -32603, message: error.message } }
    }
  }
}

/** The version of a package that is installed here or in a folder above, so that a report says what it judged. */
export function installedVersion(name) {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = new URL(`node_modules/${name}/package.json`, folder)
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version
    if (folder.pathname === '/' || folder.href === new URL('..', folder).href) return undefined
  }
}

/** What `open` throws for a parameter that its client has no way to do. */
export function cannotDo(parameter) {
  return Object.assign(new Error(`this client has no ${parameter}`), { code: -32602 })
}

/** Opens a class with the interface of the browser's EventSource, and reports whatever type of event it dispatches. */
export function openEventSource(EventSource, url, report, options) {
  const source = new (class extends EventSource {
    dispatchEvent(event) {
      if (event.data !== undefined && 'lastEventId' in event) report.event({ type: event.type, data: event.data, lastEventId: event.lastEventId })
      return super.dispatchEvent(event)
    }
  })(url, options)
  const states = ['connecting', 'open', 'closed']
  source.onopen = () => report.state('open')
  source.onerror = (event) => {
    if (event.data !== undefined) return
    report.error()
    report.state(states[source.readyState])
  }
  return source
}
