import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach } from 'vitest'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

export interface RawServer {
  readonly port: number
  readonly url: string
  readonly connections: number
  close(): Promise<void>
}

/** A TCP server that does with each connection as told; it is closed after the test, with all its sockets. */
export async function rawServer(connected: (socket: Socket) => void, host = '127.0.0.1'): Promise<RawServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    connected(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  closers.push(close)
  return { port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/hooks?a=1`, close, get connections() { return connections } }
}

/** Collects what a client sends until it is as told. */
export function received(socket: Socket, until: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const read = (bytes: Buffer): void => {
      text += bytes.toString('latin1')
      if (!until(text)) return
      socket.off('data', read)
      resolve(text)
    }
    socket.on('data', read)
  })
}
