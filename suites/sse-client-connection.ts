import { awaitEnd, awaitRequests, awaitState, connect, cut, delivers, endEvent, endingStream, everyRequest, asksFrom, gate, headerValues, inapplicable, opensBefore, pause, release, serve, sseClientSuite, stream, unproven, type ExpectedEvent, type SseClientSeen, type StreamRequest } from '../harness/roles/sse-client/index.ts'

const base = 'one-event'
const back = 'sse-client-reconnection/clean-end'
const given = { 'X-Conformance': 'given by the user', Authorization: 'Bearer conformance' }

const kinds = ['message', 'x'] as const
const many: readonly ExpectedEvent[] = Array.from({ length: 200 }, (_, index) => ({ type: kinds[index % kinds.length] ?? 'message', data: `event ${index}` }))
const manyBytes = many.map(({ type, data }) => `${type === 'message' ? '' : `event: ${type}\n`}data: ${data}\n\n`).join('') + endEvent
const everySoMany = Array.from({ length: Math.floor(manyBytes.length / 97) }, (_, index) => (index + 1) * 97)

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients ask for a stream, say when it is open, and hand on its events',
  cases: {
    'one-event': {
      title: 'a stream of one event',
      when: [serve(stream(`data: hello\n\n${endEvent}`)), connect(), awaitEnd()],
      then: {
        'sse-client-blank-line': (seen) => delivers(seen, [{ data: 'hello' }]),
        'sse-client-get': (seen) => everyRequest(seen, 'GET', ({ method }) => method === 'GET', ({ method }) => method),
        'sse-client-accept': (seen) => everyRequest(seen, 'Accept with text/event-stream', (request) => valueOf(request, 'accept').includes('text/event-stream'), (request) => `Accept: ${valueOf(request, 'accept') || 'none'}`),
        'sse-client-no-cache': (seen) => everyRequest(seen, 'Cache-Control with no-cache or no-store', (request) => /no-cache|no-store/.test(valueOf(request, 'cache-control')), (request) => `Cache-Control: ${valueOf(request, 'cache-control') || 'none'}`),
        'sse-client-no-first-id': (seen) => asksFrom(seen, 0, undefined),
      },
    },
    'quiet-at-first': {
      title: 'a stream that sends its headers, a comment, and its first event only later',
      control: base,
      needs: 'state',
      when: [serve(stream(pause(300), ':\n', gate('event'), `data: a\n\n${endEvent}`)), connect(), awaitRequests(1), awaitState('open', 1500), release('event'), awaitEnd()],
      then: { 'sse-client-open': (seen) => opensBefore(seen, 'event') },
    },
    'many-events': {
      title: 'two hundred events of two types in many pieces',
      control: base,
      when: [serve(stream(cut(manyBytes, everySoMany))), connect(), awaitEnd()],
      then: { 'sse-client-order': (seen) => delivers(seen, many) },
    },
    'named-like-connection-events': {
      title: 'events of the types error and open',
      control: base,
      when: [serve(stream(`event: error\ndata: one\n\nevent: open\ndata: two\n\n${endEvent}`)), connect(), awaitEnd()],
      then: {
        'sse-client-named-events': (seen) =>
          delivers(seen, [
            { type: 'error', data: 'one' },
            { type: 'open', data: 'two' },
          ]),
      },
    },
    'id-to-start-from': {
      title: 'a client that is given an id to start from',
      control: base,
      needs: ['seeded', 'last-event-id'],
      when: [serve(stream(endEvent)), connect({ lastEventId: 'seed-1' }), awaitEnd()],
      then: { 'sse-client-seeded-id': (seen) => asksFrom(seen, 0, 'seed-1') },
    },
    'given-headers': {
      title: 'a client that is given headers, and a stream that ends once',
      control: [base, back],
      needs: 'headers',
      when: [serve(endingStream('retry: 20\n\n'), stream(endEvent)), connect({ headers: given }), awaitRequests(2, 20), awaitEnd()],
      then: {
        'sse-client-headers': (seen) =>
          everyRequest(seen, 'the given headers on every request', (request) => missing(request).length === 0, (request) => (missing(request).length === 0 ? 'both headers' : `no ${missing(request).join(' and no ')}`), 2),
      },
    },
    compressed: {
      title: 'a stream that is compressed by gzip, flushed after each event, and stays open',
      control: base,
      when: [
        serve(({ headers }) => (asksForGzip(headers) ? stream({ do: 'send-compressed', parts: ['data: one\n\n', 'data: two\n\n', endEvent] }) : stream(`data: one\n\ndata: two\n\n${endEvent}`))),
        connect(),
        awaitEnd(),
      ],
      then: { 'sse-client-compressed': (seen) => decoded(seen) },
    },
  },
})

function valueOf({ headers }: StreamRequest, name: string): string {
  return headerValues(headers, name).join(', ').toLowerCase()
}

function missing({ headers }: StreamRequest): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => (headerValues(headers, name).includes(value) ? [] : [name]))
}

function asksForGzip(headers: StreamRequest['headers']): boolean {
  return headerValues(headers, 'accept-encoding').some((value) => /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(value))
}

function decoded(seen: SseClientSeen) {
  const [request] = seen.requests()
  if (!request) return unproven('events of a compressed stream', 'the client never asked for the stream')
  if (!asksForGzip(request.headers)) return inapplicable('events of a compressed stream', 'the client does not ask for gzip')
  return delivers(seen, [{ data: 'one' }, { data: 'two' }])
}
