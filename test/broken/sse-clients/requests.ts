import { eventStreamParser } from '../../../harness/sse/parser.ts'
import type { StreamParser, StreamParserOptions } from '../../../harness/sse/stream-parser.ts'
import type { ClientParts } from '../../../reference/sse-client/parts.ts'
import { headersFor, type Asking } from '../../../reference/sse-client/request.ts'
import { because } from '../broken-target.ts'
import { brokenSseClient, type BrokenSseClients } from './broken-sse-client.ts'

type Headers = Readonly<Record<string, string>>

/** What is wrong with the requests of a client. */
export const brokenRequests: BrokenSseClients = {
  'asks-with-post': brokenSseClient({
    requirement: 'sse-client-get',
    fault: 'asks with POST',
    message: /saw POST/,
    parts: () => ({ method: 'POST' }),
  }),
  'accepts-anything': brokenSseClient({
    requirement: 'sse-client-accept',
    fault: 'accepts every media type',
    message: /saw Accept: \*\/\*/,
    parts: () => asking((question) => ({ ...headersFor(question), Accept: '*/*' })),
  }),
  'lets-caches-answer': brokenSseClient({
    requirement: 'sse-client-no-cache',
    fault: 'says nothing about caches',
    message: /Cache-Control: none/,
    parts: () => asking((question) => without(headersFor(question), 'Cache-Control')),
  }),
  'first-id-is-empty': brokenSseClient({
    requirement: 'sse-client-no-first-id',
    fault: 'sends an empty id with its first request',
    message: /an empty Last-Event-ID/,
    parts: () => asking((question) => (question.attempt === 1 ? { 'Last-Event-ID': '', ...headersFor(question) } : headersFor(question))),
  }),
  'seed-ignored': brokenSseClient({
    requirement: 'sse-client-seeded-id',
    fault: 'does not send the id that it was given to start from',
    message: /saw no Last-Event-ID/,
    parts: () => asking((question) => (question.attempt === 1 ? without(headersFor(question), 'Last-Event-ID') : headersFor(question))),
  }),
  'headers-once': brokenSseClient({
    requirement: 'sse-client-headers',
    fault: 'sends the headers of its user with the first request only',
    message: /request 2: no X-Conformance/,
    parts: () => asking((question) => headersFor(question.attempt === 1 ? question : { ...question, given: {} })),
  }),
  'headers-never': brokenSseClient({
    requirement: 'sse-client-headers',
    fault: 'takes headers and does not send them',
    message: /request 1: no X-Conformance/,
    parts: () => asking((question) => headersFor({ ...question, given: {} })),
  }),
  'credentials-travel': brokenSseClient({
    requirement: 'sse-client-redirect-credentials',
    fault: 'sends credentials to whatever place a redirect names',
    message: /saw Authorization/,
    parts: () => asking((question) => ({ ...question.given, ...headersFor(question) })),
  }),
  'id-never-sent': brokenSseClient({
    requirement: 'sse-client-sends-last-id',
    fault: 'reconnects without the id of what it has read',
    message: /saw no Last-Event-ID/,
    alsoFails: because('it sends no id when it reconnects', 'sse-client-id-utf8', 'sse-client-id-repeated', 'sse-client-id-without-data', 'sse-client-id-committed', 'sse-client-id-nul', 'sse-client-id-carried'),
    parts: () => asking((question) => (question.attempt === 1 ? headersFor(question) : without(headersFor(question), 'Last-Event-ID'))),
  }),
  'first-id-for-ever': brokenSseClient({
    requirement: 'sse-client-sends-last-id',
    fault: 'sends the first id that it has seen for ever',
    message: /saw Last-Event-ID/,
    alsoFails: because('a later id, or none, is never sent', 'sse-client-reset-id-absent', 'sse-client-id-reset', 'sse-client-id', 'sse-client-id-without-data', 'sse-client-id-nul', 'sse-client-id-repeated', 'sse-client-id-carried', 'sse-client-chunks'),
    parts: () => ({ createParser: (options) => remembering(options, (first) => first) }),
  }),
  'id-as-latin-1': brokenSseClient({
    requirement: 'sse-client-id-utf8',
    fault: 'sends the id as Latin-1, and other letters by their lowest byte',
    message: /bytes 63 61 66 e9/,
    parts: () => asking((question) => withId(question, Buffer.from(question.lastEventId, 'latin1').toString('latin1').replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?'))),
  }),
  'id-percent-encoded': brokenSseClient({
    requirement: 'sse-client-id-utf8',
    fault: 'sends the id percent-encoded',
    message: /caf%C3%A9/,
    alsoFails: because('spaces and tabs are encoded too', 'sse-client-sends-last-id'),
    parts: () => asking((question) => withId(question, encodeURI(question.lastEventId))),
  }),
  'id-stops-the-client': brokenSseClient({
    requirement: 'sse-client-id-utf8',
    fault: 'puts the id into a header that refuses it, and never reconnects',
    message: /bytes 63 61 66 e9/,
    parts: () => asking((question) => withId(question, question.lastEventId)),
  }),
  'reset-id-sent-empty': brokenSseClient({
    requirement: 'sse-client-reset-id-absent',
    fault: 'sends the header with every reconnection, empty where there is no id',
    message: /an empty Last-Event-ID/,
    alsoFails: because('a reconnection without an id has the header all the same', 'sse-client-id-reset', 'sse-client-id-committed', 'sse-client-id-nul'),
    parts: () => asking((question) => (question.attempt > 1 ? { 'Last-Event-ID': '', ...headersFor(question) } : headersFor(question))),
  }),
  'reset-id-kept': brokenSseClient({
    requirement: 'sse-client-reset-id-absent',
    fault: 'sends the id from before a stream took it away',
    message: /saw Last-Event-ID/,
    alsoFails: because('an id that a stream took away is sent all the same', 'sse-client-id-reset', 'sse-client-id'),
    parts: () => ({ createParser: (options) => remembering(options, (_, last) => last) }),
  }),
  'id-sent-once': brokenSseClient({
    requirement: 'sse-client-id-repeated',
    fault: 'sends an id with one reconnection, and no more if nothing new came',
    message: /saw no Last-Event-ID/,
    alsoFails: because('the id is not sent with a second reconnection', 'sse-client-sends-last-id'),
    parts() {
      const sent = new WeakMap<object, string>()
      return asking((question) => {
        const again = sent.get(question.given) === question.lastEventId
        sent.set(question.given, question.lastEventId)
        return again ? without(headersFor(question), 'Last-Event-ID') : headersFor(question)
      })
    },
  }),
}

/** A parser after which the client has an id that was seen, and no other. */
function remembering(options: StreamParserOptions, choose: (first: string, last: string) => string): StreamParser {
  let [first, last] = [options.lastEventId ?? '', options.lastEventId ?? '']
  const parser = eventStreamParser({
    ...options,
    onId(id) {
      if (id === '') return
      first = first === '' ? id : first
      last = id
    },
  })
  return { stopped: undefined, push: (chunk) => parser.push(chunk), end: () => parser.end(), get lastEventId() { return choose(first, last) } }
}

function asking(headers: (question: Asking) => Headers): Pick<ClientParts, 'headersFor'> {
  return { headersFor: headers }
}

function without(headers: Headers, name: string): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name))
}

/** With another spelling of the id, where there is one. */
function withId(question: Asking, value: string): Headers {
  return question.lastEventId === '' ? headersFor(question) : { ...headersFor(question), 'Last-Event-ID': value }
}
