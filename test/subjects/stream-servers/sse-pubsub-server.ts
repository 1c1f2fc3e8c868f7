import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { packageVersion } from '../package-version.ts'
import { listen, type Subject } from '../receiver-server.ts'
import { refuseStray, serveStreamControl, type StreamServerSide } from './stream-control.ts'

interface Channel {
  publish(data: string, eventName: string): number
  subscribe(request: IncomingMessage, response: ServerResponse): void
  close(): void
}

/** sse-pubsub: ids, history, replay and pings are all its own; its newest 100 events are kept. */
export async function start(): Promise<Subject> {
  const SseChannel = createRequire(import.meta.url)('sse-pubsub') as new (options: object) => Channel // the package has no types
  const channel = new SseChannel({ pingInterval: heartbeatMs, maxStreamDuration: longestMs })
  const open = new Set<ServerResponse>()
  const side: StreamServerSide = {
    publish: ({ id, type, data }) => {
      if (id !== undefined) throw new RangeError('the channel counts its ids itself')
      return String(channel.publish(data, type))
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
    channel.subscribe(request, response)
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
/** Longer than any run: a stream that ends on schedule is not what a run looks for. */
const longestMs = 600_000
const identity = { name: 'sse-pubsub', version: packageVersion('sse-pubsub') }
