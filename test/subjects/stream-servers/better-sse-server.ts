import { createChannel, createSession } from 'better-sse'
import type { ServerResponse } from 'node:http'
import { packageVersion } from '../package-version.ts'
import { listen, type Subject } from '../receiver-server.ts'
import { History } from './history.ts'
import { refuseStray, serveStreamControl, type StreamServerSide } from './stream-control.ts'

/** better-sse: its sessions, its channel and its keep-alive; history and its gaps are left to the user, and by the book. */
export function start(): Promise<Subject> {
  const channel = createChannel()
  const history = new History()
  const open = new Set<ServerResponse>()
  const side: StreamServerSide = {
    publish: (event) => {
      const { id, type, data } = history.add(event)
      channel.broadcast(data, type, { eventId: id })
      return id
    },
    disconnect: () => {
      for (const response of open) response.end()
    },
    retain: (keep) => history.retain(keep),
    reset: () => history.reset(),
  }
  return listen('/stream', (request, response) => {
    if (serveStreamControl(identity, { heartbeatMs }, side, request, response)) return
    if (refuseStray(request, response)) return
    const lastId = request.headers['last-event-id']
    const missed = lastId === undefined || lastId === '' ? [] : history.after(String(lastId))
    if (missed === undefined) return void response.writeHead(410).end()
    open.add(response)
    response.once('close', () => open.delete(response))
    // Text as it stands: the serializer is JSON unless told otherwise.
    void createSession(request, response, { keepAlive: heartbeatMs, serializer: String }).then((session) => {
      for (const { id, type, data } of missed) session.push(data, type, id)
      channel.register(session)
    })
  })
}

const heartbeatMs = 200
const identity = { name: 'better-sse', version: packageVersion('better-sse') }
