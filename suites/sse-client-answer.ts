import { all, awaitEnd, awaitFinal, awaitRequests, awaitState, closeClient, connect, delivers, deliversNothing, endEvent, endingStream, finding, inapplicable, raw, serve, serveAt, sseClientSuite, status, staysAway, stream, typed, unproven, waits, absent, lastState, type Answer, type Answering, type SseClientCase, type SseClientCases, type SseClientSeen } from '../harness/roles/sse-client/index.ts'

const base = 'sse-client-connection/one-event'
const back = 'sse-client-reconnection/clean-end'
const soon = 'retry: 20\n\n'
const first = 'first'

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients read a stream from what is one, and end or try again as the answer says',
  cases: {
    'status-204': {
      title: 'a 204 to a client that was reading',
      control: [base, back],
      when: [serve(endingStream(`${soon}data: a\n\n`), status(204)), connect(), awaitRequests(2, 20), awaitFinal(2)],
      then: { 'sse-client-no-content': (seen) => staysAway(seen, 2, '204 ends the stream for good') },
    },
    ...fatal(),
    ...serverErrors(),
    ...throttles(),

    ...wrongTypes(),
    ...typeForms(),
    charset: {
      title: 'a content type that names another charset',
      control: base,
      when: [serve(typed('text/event-stream;charset=windows-1252', `data: ok\u2026\n\n${endEvent}`)), connect(), awaitEnd()],
      then: { 'sse-client-utf8': (seen) => delivers(seen, [{ data: 'ok\u2026' }]) },
    },

    ...malformed(),
  },
})

/** What a client does with an answer first thing, and what it does when it comes back to one. */
function met(answer: Answering): SseClientCase['when'] {
  return [
    serveAt(first, 'here', answer),
    connect({}, first),
    awaitRequests(1, 0, first),
    awaitState('closed', 250, first),
    closeClient(first),
    serve(endingStream(`${soon}data: a\n\n`), answer),
    connect(),
    awaitRequests(2, 20),
    awaitFinal(2),
  ]
}

function fatal(): SseClientCases {
  return refusals([201, 202, 205, 206, 400, 401, 403, 404, 410], (code) => ({
    'sse-client-fatal-status': (seen) => staysAway(seen, 2, `status ${code} ends the stream for good`),
  }))
}

function serverErrors(): SseClientCases {
  return refusals([429, 500, 502, 503, 504], (code) => ({
    'sse-client-server-error': (seen) => (declaresRetry(seen, code) ? inapplicable(`the end for good after ${code}`, `the client declares that it tries again after ${code}, which departs from the standard`) : staysAway(seen, 2, `the standard ends for good after ${code}, and the client declares nothing else`)),
  }))
}

/** Answers with another status than 200: no event comes of them, and what else each means. */
function refusals(codes: readonly number[], meaning: (code: number) => NonNullable<SseClientCase['then']>): SseClientCases {
  return Object.fromEntries(
    codes.map((code): [string, SseClientCase] => [
      `status-${code}`,
      {
        title: `an answer with status ${code}`,
        control: [base, back],
        when: met(status(code)),
        then: { 'sse-client-status': (seen) => noEvents(seen, `an answer with status ${code}`), ...meaning(code) },
      },
    ]),
  )
}

/** Of interest only in clients that try again. A date is in whole seconds, and two clocks may differ by one. */
function throttles(): SseClientCases {
  const asked: readonly (readonly [key: string, code: number, words: string, value: (nowMs: number) => string, floorMs: number, waitMs: number])[] = [
    ['retry-after-503', 503, 'that asks for a second', () => '1', 1000, 1000],
    ['retry-after-429', 429, 'that asks for a second', () => '1', 1000, 1000],
    ['retry-after-date', 503, 'that names a date', (nowMs) => new Date(nowMs + 3000).toUTCString(), 1000, 3000],
  ]
  return Object.fromEntries(
    asked.map(([key, code, words, value, floorMs, waitMs]): [string, SseClientCase] => [
      key,
      {
        title: `a ${code} ${words}`,
        control: [base, back],
        when: [serve(endingStream(`${soon}data: a\n\n`), ({ nowMs }) => status(code, [['Retry-After', value(nowMs)]]), stream(endEvent)), connect(), awaitRequests(2, 20), awaitFinal(2, waitMs)],
        then: { 'sse-client-retry-after': (seen) => obeys(seen, code, floorMs) },
      },
    ]),
  )
}

function wrongTypes(): SseClientCases {
  const types: readonly (readonly [key: string, type: string | undefined])[] = [['html', 'text/html'], ['longer', 'text/event-streamx'], ['json', 'application/json'], ['plain', 'text/plain'], ['none', undefined]]
  return Object.fromEntries(
    types.map(([key, type]): [string, SseClientCase] => [
      `type-${key}`,
      {
        title: type === undefined ? 'an answer without a content type' : `an answer of the type ${type}`,
        control: [base, back],
        when: met({ ...typed(type, 'data: not an event\n\n'), ending: 'end' }),
        then: {
          'sse-client-content-type': (seen) => {
            const what = type === undefined ? 'an answer without a content type' : `an answer of the type ${type}`
            return all([noEvents(seen, what), staysAway(seen, 2, 'it is no event stream')])
          },
        },
      },
    ]),
  )
}

function typeForms(): SseClientCases {
  const forms: readonly (readonly [key: string, type: string])[] = [['capitals', 'Text/Event-Stream'], ['charset', 'text/event-stream;charset=UTF-8'], ['semicolon', 'text/event-stream;'], ['parameter', 'text/event-stream; version=1'], ['spaces', 'TEXT/EVENT-STREAM ; charset=utf-8']]
  return Object.fromEntries(
    forms.map(([key, type]): [string, SseClientCase] => [
      `form-${key}`,
      {
        title: `a stream of the type ${type}`,
        control: base,
        when: [serve(typed(type, `data: a\n\n${endEvent}`)), connect(), awaitEnd()],
        then: { 'sse-client-content-type-form': (seen) => delivers(seen, [{ data: 'a' }]) },
      },
    ]),
  )
}

/** Programs have died of each of them. */
function malformed(): SseClientCases {
  const answers: readonly (readonly [key: string, title: string, answer: Answer])[] = [
    ['empty', 'a connection that ends without an answer', raw('nothing', '')],
    ['no-http', 'an answer that is not HTTP', raw('bytes that are no HTTP', 'data: not an event\n\ndata: nor this\n\n')],
    ['bad-status', 'a status line without a number', raw('a status line without a number', 'HTTP/1.1 abc OK\r\nContent-Type: text/event-stream\r\n\r\ndata: not an event\n\n')],
    ['cut-head', 'a header section that breaks off', raw('a header section that breaks off', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-str')],
    ['bad-chunk', 'a chunk whose size is no number', raw('a chunk size that is no number', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\ndata: not an event\n\n\r\n')],
  ]
  return Object.fromEntries(
    answers.map(([key, title, answer]): [string, SseClientCase] => [
      `malformed-${key}`,
      {
        title,
        control: [base, back],
        alone: 'last',
        when: [serve(endingStream(`${soon}data: a\n\n`), answer, stream(endEvent)), connect(), awaitRequests(2, 20), awaitFinal(2), awaitEnd()],
        then: { 'sse-client-malformed-http': (seen) => survives(seen) },
      },
    ]),
  )
}

function declaresRetry({ offers }: SseClientSeen, code: number): boolean {
  return offers.retriesOn.some((pattern) => pattern === code || pattern === `${Math.floor(code / 100)}xx`)
}

/** No event from the answer, whether the client met it first or came back to it. */
function noEvents(seen: SseClientSeen, what: string) {
  const client = seen.client()
  const words = `no event from ${what}`
  const again = !client || seen.requests().length < 2 ? unproven(words, 'the client did not come back to it') : finding(client.events.every(({ data }) => data === 'a'), words, client.events.every(({ data }) => data === 'a') ? 'none' : `${client.count} events, the last with the data "${client.events.at(-1)?.data ?? ''}"`)
  return all([deliversNothing(seen, what, first), again])
}

function obeys(seen: SseClientSeen, code: number, floorMs: number) {
  const words = `no request for ${floorMs} ms after a ${code} that asked for it`
  const requests = seen.requests()
  if (requests.length < 2) return unproven(words, 'the client did not come back to it')
  if (requests.length === 2) return inapplicable(words, `the client did not try again after ${code}, which the standard asks for`)
  return waits(seen, 2, floorMs, words)
}

/** It delivers nothing from it, and then it either tries again or says that it is closed. */
function survives(seen: SseClientSeen) {
  const words = 'no event from it, and another request or the state "closed"'
  const client = seen.client()
  if (!client || seen.requests().length < 2) return unproven(words, 'the client did not come back to it')
  const strange = client.events.filter(({ data }) => data !== 'a' && data !== 'conformance-end')
  if (strange.length > 0) return finding(false, words, `an event with the data "${strange[0]?.data ?? ''}"`)
  if (seen.requests().length > 2) return finding(true, words, 'none, and another request')
  if (!seen.offers.state) return inapplicable(words, 'no further request came, and whether the client has ended is not told through this interface')
  return lastState(client) === 'closed' ? finding(true, words, 'none, and the state "closed"') : absent(seen, words, `none, no further request, and the state "${lastState(client)}"`)
}
