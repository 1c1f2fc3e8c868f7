import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Endpoints that are wrong about everything: a run ends with a report about each of them, in bounded time. */
export const hostileHandlers: Readonly<Record<string, Handler>> = {
  'refuses-everything': (request, response) => answer(request, response, 401),
  'accepts-everything': (request, response) => answer(request, response, 200),
  'redirects-everything': (request, response) => answer(request, response, 302, { Location: 'http://127.0.0.1:9/elsewhere' }),
  'errors-everything': (request, response) => answer(request, response, 500),
}

/** What a connection gets in place of HTTP. */
export const hostileConnections: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => {},
  garbage: (socket) => void socket.end('\u0016\u0003\u0001 this is not HTTP\r\n\r\n'),
  'drips-for-ever': dripForEver,
  'hangs-up': (socket) => void socket.destroy(),
}

export interface HostileServer {
  readonly url: string
  close(): Promise<void>
}

/** Listens on a free loopback port and treats every connection alike, from its first byte on. */
export async function serveConnections(behaviour: (socket: Socket) => void): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.once('data', () => behaviour(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has an address of this form
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  for await (const _ of request);
  response.writeHead(status, { 'Content-Length': 0, ...headers }).end()
}

/** One byte of a status line that never ends every ten milliseconds. */
function dripForEver(socket: Socket): void {
  socket.write('HTTP/1.1 200 ')
  const timer = setInterval(() => socket.write('O'), 10)
  socket.once('close', () => clearInterval(timer))
}
