import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'
import type { AnswerKind, ClientParts, ClientSetting, Loss } from './parts.ts'
import type { Asking } from './request.ts'

/** What becomes of one attempt to read, told in this order; exactly one of `lost` and `refused` comes, and comes last. */
export interface Reader {
  /** The answer is a stream. */
  opened(): void
  read(chunk: Uint8Array): void
  /** It went away, or did not come about. `answer` is there when the server asked to come back. */
  lost(loss: Loss, answer?: IncomingMessage): void
  /** The server wants no client here, or what it sends cannot be read. */
  refused(cause: Error): void
}

/** Nothing at all for so long, comments included, means that the other end is gone. */
const idleMs = 60_000

/** Asks for a stream, follows redirects, and reads it to its end. Returns how to give it up, after which nothing is told. */
export function readStream(asking: Asking, parts: ClientParts, setting: ClientSetting, reader: Reader): () => void {
  let [over, followed] = [false, 0]
  /** The request that is waited for; none once the body is what counts. */
  let asked: ClientRequest | undefined
  let leave = (): void => {}
  ask(asking)
  return () => {
    over = true
    leave()
  }

  function finish(tell: () => void): void {
    if (over) return
    over = true
    tell()
    leave()
  }

  function ask(question: Asking): void {
    try {
      // An agent would keep connections for later; a stream has its own.
      const options = { method: parts.method, headers: parts.headersFor(question), agent: false, timeout: idleMs } as const
      const request = question.url.protocol === 'https:' ? requestHttps(question.url, options) : requestHttp(question.url, options)
      asked = request
      leave = () => request.destroy()
      request.once('timeout', () => request.destroy())
      request.once('response', (answer) => answered(answer, question))
      // What is not HTTP is an error as well; a connection can also close without one.
      request.on('error', (cause) => failed(request, 'code' in cause && String(cause.code).startsWith('HPE_') ? 'malformed' : 'refused'))
      request.once('close', () => failed(request, 'refused'))
      request.end()
    } catch (cause) {
      // A header that HTTP cannot carry, such as an id with a control character.
      finish(() => reader.refused(cause instanceof Error ? cause : new Error(String(cause))))
    }
  }

  function failed(request: ClientRequest, loss: Loss): void {
    if (request === asked) finish(() => reader.lost(loss))
  }

  function answered(answer: IncomingMessage, question: Asking): void {
    if (over) return void answer.destroy()
    asked = undefined
    const kind: AnswerKind = parts.judge(answer, setting)
    if (kind === 'stream') return void receive(parts.decode(answer))
    answer.resume()
    if (kind === 'retry') finish(() => reader.lost('refused', answer))
    else if (kind === 'end') finish(() => reader.refused(new Error(`the answer is ${answer.statusCode} ${answer.headers['content-type'] ?? 'without a content type'}`)))
    else redirect(answer, question)
  }

  function redirect(answer: IncomingMessage, question: Asking): void {
    const to = parts.follow(answer, question.url, followed)
    if (!to) return finish(() => reader.lost('refused'))
    followed += 1
    leave()
    ask({ ...question, url: to })
  }

  function receive(body: Readable): void {
    reader.opened()
    body.on('data', (chunk: Buffer) => {
      if (over) return
      try {
        reader.read(chunk)
      } catch (cause) {
        finish(() => reader.refused(cause instanceof Error ? cause : new Error(String(cause))))
      }
    })
    body.once('end', () => finish(() => reader.lost('ended')))
    body.once('error', () => finish(() => reader.lost('broken')))
    body.once('close', () => finish(() => reader.lost('broken')))
  }
}
