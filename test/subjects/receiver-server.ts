import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ControlApi, Journal } from './control-api.ts'

/** A receiver that listens, until it is closed. */
export interface Subject {
  /** Where deliveries go. */
  readonly url: string
  close(): Promise<void>
}

export interface Delivery {
  readonly headers: IncomingHttpHeaders
  /** The bytes of the body as they arrived. */
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly body?: string
}

const maxBodyBytes = 1024 * 1024

/**
 * Serves a receiver whose library only verifies, beside its control API.
 *
 * Everything that such a library leaves to its user is done here by the book: POST only, JSON only, 1 MiB at most, raw
 * bytes. So what a run finds is the library's own.
 */
export function startReceiver(control: ControlApi, receive: (delivery: Delivery) => Answer | Promise<Answer>): Promise<Subject> {
  return listen('/webhook', (request, response) => {
    if (control.serve(request, response)) return
    void take(request, receive).then(({ status, body = '' }) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...(status === 413 ? { Connection: 'close' } : {}) }).end(body)
    })
  })
}

/** A node:http server on a free port of the loopback interface. */
export async function listen(path: string, listener: RequestListener): Promise<Subject> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The answer once the signature is known to be right: 200 with an effect, or a repeat; 500 when processing fails. */
export function process(journal: Journal, event: string): Answer {
  try {
    journal.process(event)
    return { status: 200 }
  } catch {
    return { status: 500, body: 'processing failed' }
  }
}

async function take(request: IncomingMessage, receive: (delivery: Delivery) => Answer | Promise<Answer>): Promise<Answer> {
  if (request.method !== 'POST') return { status: 405 }
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return { status: 415 }
  const body = await readBody(request)
  return body === undefined ? { status: 413 } : receive({ headers: request.headers, body })
}

/** Undefined when the body is too large; the rest of it is read and dropped. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBodyBytes) return void chunks.push(chunk)
      chunks.length = 0
      resolve(undefined)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => resolve(undefined))
  })
}

