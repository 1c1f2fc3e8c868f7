import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import { HarnessError } from '../errors.ts'
import { CaptureConnection } from './capture-connection.ts'
import type { Receiver } from './capture-connection.ts'
import type { CapturedAttempt, Recording } from './captured-attempt.ts'
import { Endpoint, type CapturedEndpoint, type Script } from './captured-endpoint.ts'

export type { CapturedAttempt } from './captured-attempt.ts'
export type { CapturedEndpoint, Script } from './captured-endpoint.ts'
export type { ScriptedAnswer } from './scripted-answer.ts'

/** The receiver that the harness plays for a sender: one listener, an unguessable path for each endpoint. */
export interface Capture {
  /** Without a slash at the end: `http://127.0.0.1:PORT`. */
  readonly origin: string
  /** Opens an endpoint of its own; the name is the last segment of its URL, for people who read logs. */
  open(name: string, script: Script): CapturedEndpoint
  /** The first 1000 requests to paths that nobody opened, or that are no HTTP: evidence against the sender. */
  readonly strays: readonly CapturedAttempt[]
  /** What scripts have thrown; their attempts were reset. A fault of the harness, never evidence. */
  readonly faults: readonly unknown[]
  /** True while an attempt on another path than these has not got its whole answer. */
  holdsBut(urls: readonly string[]): boolean
  /** Stops listening and destroys every socket, until `listenAgain`: connections are refused. */
  silence(): Promise<void>
  /**
   * Listens again, on the same port.
   *
   * @throws HarnessError `usage` when somebody else has taken the port meanwhile.
   */
  listenAgain(): Promise<void>
  /** Stops listening and destroys every socket. */
  close(): Promise<void>
}

export interface CaptureOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** How senders reach the listener, where that is not its address: what the URLs of endpoints start with. */
  readonly publicUrl?: string
  /** What paths are made from. Default: the random bytes of the system. */
  readonly random?: (bytes: number) => Buffer
  /** Bytes of one body that are kept. Default 1 MiB. */
  readonly maxBodyBytes?: number
}

const maxConnections = 2_000
const maxStrays = 1_000
const maxFaults = 100
/** Bytes of bodies that all endpoints keep together: beyond this, an attempt is recorded without its body. */
const maxKeptBytes = 256 * 1024 * 1024

const limits = {
  maxReadBytes: 64 * 1024 * 1024,
  maxHeaderBytes: 64 * 1024,
  stallMs: 60_000,
  // Longer than the usual waits between attempts: a sender that takes the connection up again must not meet its end.
  idleMs: 330_000,
}

/**
 * Starts to listen for the attempts of a sender.
 *
 * On a virtual clock every answer is an exchange: time stands still until the sender has it, save while the answer itself
 * waits. See `Clock.begin` for what an in-process sender does about it.
 *
 * @throws HarnessError `usage` when the address cannot be listened on.
 */
export async function startCapture(clock: Clock, options: CaptureOptions = {}): Promise<Capture> {
  const { host = '127.0.0.1', port = 0 } = options
  const server = createServer()
  await listen(server, host, port)
  return new ListeningCapture(server, clock, options)
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new HarnessError('usage', `cannot listen on ${host}:${port}: ${cause.message}`, 'free the port or name another: --listen HOST:PORT, 0 for any', { cause }))
    server.once('error', failed)
    // Room for a burst: a connection that the queue cannot hold comes a second late.
    server.listen({ port, host, backlog: maxConnections }, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

class ListeningCapture implements Capture {
  readonly origin: string
  readonly strays: CapturedAttempt[] = []
  readonly faults: unknown[] = []
  readonly #server: Server
  readonly #host: string
  readonly #port: number
  readonly #clock: Clock
  readonly #random: (bytes: number) => Buffer
  readonly #prefix: string
  readonly #connections = new Set<CaptureConnection>()
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #stray: Receiver
  #keptBytes = 0

  constructor(server: Server, clock: Clock, options: CaptureOptions) {
    this.#server = server
    this.#host = options.host ?? '127.0.0.1'
    this.#port = portOf(server)
    this.#clock = clock
    this.#random = options.random ?? randomBytes
    this.origin = (options.publicUrl ?? addressOf(server)).replace(/\/+$/, '')
    this.#prefix = new URL(this.origin).pathname.replace(/\/$/, '')
    this.#stray = {
      token: '',
      foresee: () => undefined,
      decide: () => ({ do: 'answer', status: 404 }),
      record: (attempt) => {
        if (this.strays.length < maxStrays) this.strays.push(this.#keep(attempt))
      },
    }
    const accepted = { ...limits, maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024 }
    server.maxConnections = maxConnections
    server.on('connection', (socket) => {
      const connection = new CaptureConnection(socket, clock, accepted, (target) => this.#receiverOf(target))
      this.#connections.add(connection)
      socket.once('close', () => this.#connections.delete(connection))
    })
  }

  open(name: string, script: Script): CapturedEndpoint {
    const token = this.#random(16).toString('base64url')
    const path = `/${token}/${encodeURIComponent(name)}`
    const endpoint = new Endpoint(`${this.origin}${path}`, token, script, this.#clock, {
      keep: (attempt) => this.#keep(attempt),
      failed: (fault) => {
        if (this.faults.length < maxFaults) this.faults.push(fault)
      },
      closed: () => {
        for (const connection of this.#connections) if (connection.owes(endpoint)) connection.destroy()
      },
    })
    this.#endpoints.set(path, endpoint)
    return endpoint
  }

  holdsBut(urls: readonly string[]): boolean {
    const others = [...this.#endpoints.values()].filter(({ url }) => !urls.includes(url))
    return [...this.#connections].some((connection) => others.some((endpoint) => connection.owes(endpoint)))
  }

  async silence(): Promise<void> {
    const release = this.#clock.begin()
    try {
      const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
      for (const connection of this.#connections) connection.destroy()
      await closed
    } finally {
      release()
    }
  }

  async listenAgain(): Promise<void> {
    const release = this.#clock.begin()
    try {
      await listen(this.#server, this.#host, this.#port)
    } finally {
      release()
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const endpoint of this.#endpoints.values()) endpoint.close()
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  /** By the path alone, with or without what the public URL puts in front of it. */
  #receiverOf(target: string): Receiver {
    const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
    const own = this.#prefix !== '' && path.startsWith(`${this.#prefix}/`) ? path.slice(this.#prefix.length) : path
    return this.#endpoints.get(own) ?? this.#stray
  }

  #keep(attempt: Recording): Recording {
    if (this.#keptBytes + attempt.body.length > maxKeptBytes) {
      attempt.body = Buffer.alloc(0)
      attempt.bodyTruncated = true
    }
    this.#keptBytes += attempt.body.length
    return attempt
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The listener has no address and port')
  const { address: host, port } = address
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
