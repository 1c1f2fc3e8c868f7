import { createGzip, type Gzip } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import { heartbeat } from '../../../reference/sse-server/encode.ts'
import { refusal } from '../../../reference/sse-server/request.ts'
import { head, honestParts, type ServerParts } from '../../../reference/sse-server/parts.ts'
import type { Stream } from '../../../reference/sse-server/stream.ts'
import { because } from '../broken-target.ts'
import { brokenSseServer, readersToken, type BrokenSseServers } from './broken-sse-server.ts'

/** What is wrong with the answer to a request: its status, its header, and how its body gets on its way. */
export const brokenAnswers: BrokenSseServers = {
  'streams-with-203': brokenSseServer({
    requirement: 'sse-stream-status',
    fault: 'answers a stream with 203, as a proxy that changed it would',
    message: /saw 203/,
    parts: () => ({ status: 203 }),
  }),
  'plain-text': brokenSseServer({
    requirement: 'sse-stream-content-type',
    fault: 'calls a stream text/plain',
    message: /saw Content-Type: text\/plain/,
    parts: () => withHeader('Content-Type', 'text/plain'),
  }),
  'latin-1-charset': brokenSseServer({
    requirement: 'sse-stream-charset',
    fault: 'names the charset iso-8859-1',
    message: /iso-8859-1/,
    parts: () => withHeader('Content-Type', 'text/event-stream; charset=iso-8859-1'),
  }),
  'announces-length': brokenSseServer({
    requirement: 'sse-stream-no-length',
    fault: 'announces the length of a stream',
    message: /saw Content-Length/,
    parts: () => withHeader('Content-Length', '999999999999'),
  }),
  'header-with-first-event': brokenSseServer({
    requirement: 'sse-stream-headers-first',
    fault: 'keeps its header section back until there is an event',
    message: /with the first event/,
    parts() {
      const begun = new WeakSet<Stream>()
      return {
        write(response, text, stream) {
          if (/^data:/m.test(text)) begun.add(stream)
          if (begun.has(stream)) response.write(text)
        },
      }
    },
  }),
  'may-be-cached': brokenSseServer({
    requirement: 'sse-stream-cache',
    fault: 'lets caches keep a stream for a minute',
    message: /max-age=60/,
    parts: () => withHeader('Cache-Control', 'max-age=60, no-transform'),
  }),
  'may-be-transformed': brokenSseServer({
    requirement: 'sse-stream-no-transform',
    fault: 'says nothing against compression on the way',
    message: /no-transform, saw Cache-Control: no-store/,
    parts: () => withHeader('Cache-Control', 'no-store'),
  }),
  'may-be-buffered': brokenSseServer({
    requirement: 'sse-stream-no-proxy-buffering',
    fault: 'does not tell proxies to pass on what they have',
    message: /no X-Accel-Buffering/,
    parts: () => ({ head: () => Object.fromEntries(Object.entries(head()).filter(([name]) => name !== 'X-Accel-Buffering')) }),
  }),
  'compresses-without-flush': brokenSseServer({
    requirement: 'sse-stream-flush-compressed',
    fault: 'compresses where it may, and leaves events in the compressor',
    message: /Content-Encoding: gzip/,
    parts() {
      const packers = new WeakMap<ServerResponse, Gzip>()
      const packed = (stream: Stream): boolean => /gzip/.test(stream.request.acceptEncoding)
      return {
        head: ({ acceptEncoding }) => ({ ...head(), ...(/gzip/.test(acceptEncoding) && { 'Content-Encoding': 'gzip' }) }),
        write(response, text, stream) {
          if (packed(stream)) packerOf(response, packers).write(text)
          else response.write(text)
        },
        end(stream) {
          if (packed(stream)) packerOf(stream.response, packers).end()
          else stream.response.end()
        },
      }
    },
  }),
  'streams-for-every-method': brokenSseServer({
    requirement: 'sse-stream-get-only',
    fault: 'answers POST and DELETE with a stream',
    message: /a stream: 200/,
    parts: () => ({ admit: () => undefined }),
  }),
  'head-hangs': brokenSseServer({
    requirement: 'sse-stream-head',
    fault: 'treats HEAD as GET, and never ends the answer',
    message: /no answer/,
    parts: () => ({ isHeadOnly: () => false }),
  }),
  'any-token': brokenSseServer({
    requirement: 'sse-stream-authorization',
    fault: 'asks for a token and takes any',
    message: /wrong credentials, saw 200/,
    parts: () => ({ authorize: (request, setting) => (request.authorization === '' ? honestParts.authorize(request, setting) : undefined) }),
  }),
  'no-token': brokenSseServer({
    requirement: 'sse-stream-authorization',
    fault: 'refuses a wrong token, and lets those in who bring none',
    message: /missing credentials, saw 200/,
    parts: () => ({ authorize: (request, setting) => (request.authorization === '' ? undefined : honestParts.authorize(request, setting)) }),
  }),
  'unauthorized-as-event': brokenSseServer({
    requirement: 'sse-stream-authorization',
    fault: 'answers a wrong token with 200 and says so in the stream',
    message: /credentials, saw 200/,
    parts: () => ({ authorize: () => undefined, selects: (selection, event, stream) => isAuthorized(stream) && honestParts.selects(selection, event, stream), heartbeat: (stream) => (isAuthorized(stream) ? heartbeat() : 'event: error\ndata: unauthorized\n\n') }),
  }),
  'throttles-without-a-time': brokenSseServer({
    requirement: 'sse-stream-throttle',
    fault: 'refuses those who come too fast with 503, and does not say for how long',
    message: /503 with no Retry-After/,
    alsoFails: because('clients that come at once are refused', 'sse-stream-many-clients', 'sse-stream-released'),
    parts() {
      const times: number[] = []
      return {
        admit(request, setting) {
          const now = performance.now()
          times.push(now)
          const busy = times.length > 90 && now - (times.at(-90) ?? 0) < 1000
          return honestParts.admit(request, setting) ?? (busy ? refusal(503, 'too_many_requests', 'Too many streams are asked for') : undefined)
        },
      }
    },
  }),
  'frees-nothing': brokenSseServer({
    requirement: 'sse-stream-released',
    fault: 'counts a connection for ever, and refuses everybody once it has counted enough',
    message: /503 after 200 streams/,
    parts() {
      let opened = 0
      return {
        admit(request, setting) {
          opened += 1
          return opened > 400 ? refusal(503, 'too_many_streams', 'Too many streams are open', { 'Retry-After': '1' }) : honestParts.admit(request, setting)
        },
      }
    },
  }),
  'cuts-at-the-end': brokenSseServer({
    requirement: 'sse-stream-ends-whole',
    fault: 'ends a stream by closing the connection',
    message: /without its last chunk/,
    parts: () => ({ end: ({ response }) => void response.destroy() }),
  }),
}

function withHeader(name: string, value: string): Partial<ServerParts> {
  return { head: () => ({ ...head(), [name]: value }) }
}

function isAuthorized({ request }: Stream): boolean {
  return request.authorization === `Bearer ${readersToken}`
}

function packerOf(response: ServerResponse, packers: WeakMap<ServerResponse, Gzip>): Gzip {
  const known = packers.get(response)
  if (known) return known
  const packer = createGzip()
  packer.pipe(response)
  response.once('close', () => packer.destroy())
  packers.set(response, packer)
  return packer
}
