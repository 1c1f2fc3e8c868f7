import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { packageVersion } from '../package-version.ts'
import { listen, type Subject } from '../receiver-server.ts'
import { History } from './history.ts'
import { serveStreamControl, type StreamServerSide } from './stream-control.ts'

/** hono: `streamSSE` and `writeSSE` on its server for Node; history and heartbeat are left to the user, and by the book. */
export function start(): Promise<Subject> {
  const history = new History()
  const open = new Set<SSEStreamingApi>()
  const side: StreamServerSide = {
    // A write waits for its client: whoever publishes does not wait for the slowest.
    publish: (event) => {
      if (/[\r\n]/.test(`${event.type}${event.id ?? ''}`)) throw new RangeError('writeSSE refuses a line end in an event or an id')
      const kept = history.add(event)
      for (const stream of open) write(stream, kept).catch(() => open.delete(stream))
      return kept.id
    },
    disconnect: () => {
      for (const stream of open) void stream.close()
    },
    retain: (keep) => history.retain(keep),
    reset: () => history.reset(),
  }
  const app = new Hono()
  app.get('/stream', (context) => {
    const lastId = context.req.header('last-event-id')
    const missed = lastId === undefined || lastId === '' ? [] : history.after(lastId)
    if (missed === undefined) return context.body(null, 410)
    return streamSSE(context, async (stream) => {
      open.add(stream)
      const ended = new Promise<void>((resolve) => {
        stream.onAbort(resolve)
      })
      for (const event of missed) await write(stream, event)
      const heartbeat = setInterval(() => void stream.write(': \n\n'), heartbeatMs)
      await ended
      clearInterval(heartbeat)
      open.delete(stream)
    })
  })
  const listener = getRequestListener(app.fetch)
  return listen('/stream', (request, response) => {
    if (!serveStreamControl(identity, { heartbeatMs }, side, request, response)) void listener(request, response)
  })
}

function write(stream: SSEStreamingApi, { id, type, data }: { readonly id: string; readonly type: string; readonly data: string }): Promise<void> {
  return stream.writeSSE({ id, event: type, data })
}

const heartbeatMs = 200
const identity = { name: 'hono', version: packageVersion('hono') }
