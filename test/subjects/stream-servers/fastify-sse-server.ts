import fastifySse, { type SSEReplyInterface } from '@fastify/sse'
import Fastify, { type preHandlerHookHandler } from 'fastify'
import { createServer } from 'node:http'
import { packageVersion } from '../package-version.ts'
import type { Subject } from '../receiver-server.ts'
import { History } from './history.ts'
import { serveStreamControl, type StreamServerSide } from './stream-control.ts'

/** @fastify/sse: its route, heartbeat and replay hook, with data handed over as text; history is left to the user, and by the book. */
export async function start(): Promise<Subject> {
  const history = new History()
  const open = new Set<SSEReplyInterface>()
  const side: StreamServerSide = {
    // A send waits for its client: whoever publishes does not wait for the slowest.
    publish: (event) => {
      const { id, type, data } = history.add(event)
      for (const sse of open) void sse.send({ id, event: type, data }).catch(() => open.delete(sse))
      return id
    },
    disconnect: () => {
      for (const sse of open) sse.close()
    },
    retain: (keep) => history.retain(keep),
    reset: () => history.reset(),
  }
  const app = Fastify({
    serverFactory: (handler) => createServer((request, response) => {
      if (!serveStreamControl(identity, { heartbeatMs }, side, request, response)) handler(request, response)
    }),
  })
  await app.register(fastifySse, { heartbeatInterval: heartbeatMs, serializer: (data: unknown) => String(data) })
  const missed = (lastId: unknown) => (typeof lastId === 'string' && lastId !== '' ? history.after(lastId) : [])
  const refuseLost: preHandlerHookHandler = (request, reply, done) => {
    if (missed(request.headers['last-event-id']) === undefined) void reply.code(410).send()
    else done()
  }
  app.get('/stream', { sse: 'only', preHandler: refuseLost }, async (_, { sse }) => {
    sse.keepAlive()
    sse.sendHeaders()
    for (const { id, type, data } of missed(sse.lastEventId) ?? []) await sse.send({ id, event: type, data })
    open.add(sse)
    sse.onClose(() => open.delete(sse))
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `${origin}/stream`,
    close: async () => {
      for (const sse of open) sse.close()
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

const heartbeatMs = 200
const identity = { name: '@fastify/sse', version: packageVersion('@fastify/sse') }
