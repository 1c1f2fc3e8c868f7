import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { packageVersion } from '../package-version.ts'
import { listen, type Subject } from '../receiver-server.ts'
import { refuseStray, serveStreamControl, type StreamServerSide } from './stream-control.ts'

interface Channel {
  addClient(request: IncomingMessage, response: ServerResponse): void
  send(message: { readonly id: string; readonly event: string; readonly data: string }): void
  close(): void
}

/** sse-channel: history, replay and pings are all its own; its newest 500 events are kept. */
export async function start(): Promise<Subject> {
  const SseChannel = createRequire(import.meta.url)('sse-channel') as new (options: object) => Channel // the package has no types
  const channel = new SseChannel({ pingInterval: heartbeatMs })
  const open = new Set<ServerResponse>()
  let count = 0
  const side: StreamServerSide = {
    publish: ({ id = `event-${(count += 1)}`, type, data }) => {
      channel.send({ id, event: type, data })
      return id
    },
    disconnect: () => {
      for (const response of open) response.end()
    },
    reset: () => {},
  }
  const subject = await listen('/stream', (request, response) => {
    if (serveStreamControl(identity, { heartbeatMs }, side, request, response)) return
    if (refuseStray(request, response)) return
    open.add(response)
    response.once('close', () => open.delete(response))
    channel.addClient(request, response)
  })
  return {
    url: subject.url,
    close: () => {
      channel.close()
      return subject.close()
    },
  }
}

const heartbeatMs = 200
const identity = { name: 'sse-channel', version: packageVersion('sse-channel') }
