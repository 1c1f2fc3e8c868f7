import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/** A handler of the Fetch API: Hono, Next.js route handlers, and the like. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/** How long a body that nobody reads is read and dropped, once its request is answered. */
const drainMs = 2000

/**
 * Answers a request of `node:http` by a fetch handler.
 *
 * Bodies are streams in both directions, so that neither a limit of the handler nor its flushes are hidden. A request that the
 * Fetch API has no words for, such as a GET with a body or a method it forbids, is answered 400 without asking the handler.
 */
export async function answerByFetch(handler: FetchHandler, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = bodyOf(message)
  try {
    const request = requestOf(message, body.stream, gone.signal)
    if (request) await give(await handler(request), message, response)
    else response.writeHead(400, { 'Content-Length': 0 }).end()
  } finally {
    body.drop()
  }
}

function requestOf(message: IncomingMessage, body: ReadableStream<Uint8Array>, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '/', headers: { host = 'localhost' }, rawHeaders } = message
  try {
    const headers = new Headers()
    for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    const bare = method === 'GET' || method === 'HEAD'
    return new Request(new URL(url, `http://${host}`), { method, headers, signal, ...(bare ? {} : { body, duplex: 'half' }) })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

async function give(answer: Response, { method }: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, answer.statusText || (STATUS_CODES[answer.status] ?? ''), [...answer.headers].flat())
  if (!answer.body || method === 'HEAD') return void response.end()
  response.flushHeaders()
  // The global stream and that of node:stream/web are one class under two names.
  const source = Readable.fromWeb(answer.body as NodeReadableStream)
  await pipeline(source, response).catch(() => response.destroy()) // the client is gone, or the body broke off
}

/** The body as a stream that is read only as fast as somebody wants it. `drop` ends that, and lets go of what still comes. */
function bodyOf(message: IncomingMessage): { readonly stream: ReadableStream<Uint8Array>; drop(): void } {
  let listening = true
  let stop = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const data = (chunk: Buffer) => {
          controller.enqueue(new Uint8Array(chunk))
          message.pause()
        }
        const end = () => {
          stop()
          controller.close()
        }
        const broken = () => {
          stop()
          controller.error(new Error('the request broke off'))
        }
        stop = () => {
          listening = false
          message.off('data', data).off('end', end).off('close', broken)
        }
        message.on('data', data).once('end', end).once('close', broken)
        message.on('error', () => {}) // told by 'close', which follows
        message.pause()
      },
      pull: () => void message.resume(),
      cancel: () => stop(),
    },
    { highWaterMark: 0 },
  )
  return { stream, drop }

  /** Closing with bytes unread would reset the connection and could take the answer with it. */
  function drop(): void {
    if (listening) stop()
    if (message.complete || message.destroyed) return void message.resume()
    const timer = setTimeout(() => message.destroy(), drainMs)
    message.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer))
    message.resume()
  }
}
