import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Clock } from '../clock/clock.ts'
import { isVirtual } from '../clock/virtual-clock.ts'

/** A target that runs inside the harness, on the clock of the run. */
export interface InProcessTarget {
  readonly url: string
  /** Stops listening and destroys every socket. */
  close(): Promise<void>
}

export interface InProcessOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Path of the target's URL; requests to other paths reach the handler too. Default `/`. */
  readonly path?: string
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Serves a handler as a target with a URL of its own.
 *
 * A handler that throws has answered 500. When what it throws carries `crash: true` the target dies instead: it stops
 * listening and its sockets break, like those of a process that ended.
 */
export async function serveInProcess(handler: Handler, clock: Clock, options: InProcessOptions = {}): Promise<InProcessTarget> {
  const server = createServer()
  server.on('request', (request, response) => void serve(request, response, handler, clock, () => void stop(server)))
  const { port = 0, host = '127.0.0.1', path = '/' } = options
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const listening = typeof address === 'object' && address !== null ? address.port : port
  const url = new URL(path, `http://${host.includes(':') ? `[${host}]` : host}:${listening}`)
  return { url: url.href, close: () => stop(server) }
}

async function serve(request: IncomingMessage, response: ServerResponse, handler: Handler, clock: Clock, die: () => void): Promise<void> {
  try {
    await onClock(request, response, handler, clock)
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'crash' in error && error.crash === true) die()
    else fail(response)
  }
}

function onClock(request: IncomingMessage, response: ServerResponse, handler: Handler, clock: Clock): Promise<void> {
  if (!isVirtual(clock)) return handler(request, response)
  const { remotePort, localPort } = request.socket
  const released = new AbortController()
  // Answered, or the client is gone: a handler that never ends must not hold the time of everyone else.
  response.once('close', () => released.abort('released'))
  return clock.runExchange(() => handler(request, response), {
    connection: `${remotePort}>${localPort}`,
    answered: () => response.writableEnded,
    released: released.signal,
  })
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(500, { 'Content-Length': 0 }).end()
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
