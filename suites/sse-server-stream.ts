import { answeredWith200, arrivedAlone, awaitEvents, awaitLive, awaitOpen, cacheDirective, connect, endedAlone, headAnswered, header, headersFirst, heartbeats, heartbeatsAreSilent, keptTypes, mediaType, namesOtherCharset, opensNoStream, publish, publishAndWait, refusalsNameTime, refusedFor, request, retryDigits, sseServerSuite, staysUtf8, watch, without, type SseServerCases } from '../harness/roles/sse-server/index.ts'

const answered = 'opened'
const live = 'live'

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers answer with a stream, at once, and write each event out when it is published',
  cases: {
    [answered]: {
      title: 'a request for a stream',
      when: [connect('stream'), awaitOpen(['stream'], 2500), awaitLive('stream'), awaitOpen(['stream'], 3000)],
      then: {
        'sse-stream-status': (seen) => answeredWith200(seen, 'stream'),
        'sse-stream-content-type': (seen) => header(seen, 'stream', 'Content-Type', 'Content-Type: text/event-stream', (values) => values.length === 1 && mediaType(values) === 'text/event-stream'),
        'sse-stream-charset': (seen) => header(seen, 'stream', 'Content-Type', 'no charset, or utf-8', (values) => !namesOtherCharset(values)),
        'sse-stream-no-length': (seen) => header(seen, 'stream', 'Content-Length', 'no Content-Length', (values) => values.length === 0),
        'sse-stream-headers-first': (seen) => headersFirst(seen, 'stream'),
        'sse-stream-cache': (seen) => cacheDirective(seen, 'stream', ['no-store', 'no-cache']),
        'sse-stream-no-transform': (seen) => cacheDirective(seen, 'stream', ['no-transform']),
        'sse-stream-no-proxy-buffering': (seen) => header(seen, 'stream', 'X-Accel-Buffering', 'X-Accel-Buffering: no', (values) => values.length === 1 && values[0]?.trim().toLowerCase() === 'no'),
      },
    },
    [live]: {
      title: 'an event that is published alone, while a client reads',
      control: answered,
      needs: 'publishes',
      when: [connect('stream'), awaitOpen(['stream']), publishAndWait('stream')],
      then: {
        'sse-stream-flush': (seen) => arrivedAlone(seen, 'stream'),
        'sse-stream-event-ends': (seen) => endedAlone(seen, 'stream'),
        'sse-stream-type': (seen) => keptTypes(seen, 'stream'),
        'sse-stream-known-fields': (seen) => without(seen, 'stream', 'unknown-field', 'only comments and the fields event, data, id and retry'),
        'sse-stream-utf8': (seen) => staysUtf8(seen, 'stream'),
        'sse-stream-retry-digits': (seen) => retryDigits(seen, 'stream'),
      },
    },
    watched: {
      title: 'a stream that is watched for a while, whoever publishes',
      control: answered,
      when: [connect('stream'), awaitEvents('stream', 3)],
      then: {
        'sse-stream-known-fields': (seen) => without(seen, 'stream', 'unknown-field', 'only comments and the fields event, data, id and retry'),
        'sse-stream-utf8': (seen) => staysUtf8(seen, 'stream'),
        'sse-stream-retry-digits': (seen) => retryDigits(seen, 'stream'),
      },
    },
    'default-type': {
      title: 'events of the type message, and of types that look like words of a client',
      control: live,
      needs: 'publishes',
      when: [
        connect('stream'),
        awaitLive('stream'),
        publish({ name: 'message', type: () => 'message' }, { name: 'error', type: () => 'error' }, { name: 'open', type: () => 'open' }, { name: 'with a colon', type: (own) => `${own}:part` }, { name: 'in capitals', type: (own) => `${own}.Part` }, { name: 'with a space', type: (own) => `${own} part` }),
        awaitLive('stream'),
      ],
      then: { 'sse-stream-type': (seen) => keptTypes(seen, 'stream') },
    },
    ...compressed(),
    silent: {
      title: 'a stream on which nothing happens after an event',
      control: answered,
      alone: true,
      when: [connect('stream'), awaitLive('stream'), publish('the last event'), awaitOpen(['stream']), watch('stream', 'two-heartbeats')],
      then: {
        'sse-stream-heartbeat': (seen) => heartbeats(seen, 'stream'),
        'sse-stream-heartbeat-silent': (seen) => heartbeatsAreSilent(seen, 'stream'),
      },
    },
    ...methods(),
    head: {
      title: 'a HEAD request for the stream',
      control: answered,
      when: [request('head', { method: 'HEAD' }), awaitOpen(['head'], 2000), watch('head')],
      then: { 'sse-stream-head': (seen) => headAnswered(seen, 'head') },
    },
    'no-credentials': {
      title: 'a request for a stream without the credentials that were given',
      control: answered,
      needs: 'credentials',
      when: [connect('stream', { credentials: 'none' }), awaitOpen(['stream'], 3000)],
      then: { 'sse-stream-authorization': (seen) => refusedFor(seen, 'stream', 'missing') },
    },
    'wrong-credentials': {
      title: 'a request for a stream with credentials that are not valid',
      control: answered,
      needs: 'credentials',
      when: [connect('stream', { credentials: 'wrong' }), awaitOpen(['stream'], 3000)],
      then: { 'sse-stream-authorization': (seen) => refusedFor(seen, 'stream', 'wrong') },
    },
  },
})

function compressed(): SseServerCases {
  return Object.fromEntries(
    ['gzip', 'br'].map((coding) => [
      coding,
      {
        title: `an event that is published alone, while a client reads that accepts ${coding}`,
        control: live,
        needs: 'publishes',
        when: [connect('stream', { acceptEncoding: coding }), awaitOpen(['stream']), publishAndWait('stream')],
        then: { 'sse-stream-flush-compressed': (seen) => arrivedAlone(seen, 'stream') },
      } satisfies SseServerCases[string],
    ]),
  )
}

function methods(): SseServerCases {
  return Object.fromEntries(
    (['POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => [
      method.toLowerCase(),
      {
        title: `a ${method} request to the address of the stream`,
        control: answered,
        when: [request('other', { method }), awaitOpen(['other'], 3000)],
        then: { 'sse-stream-get-only': (seen) => opensNoStream(seen, 'other'), 'sse-stream-throttle': (seen) => refusalsNameTime(seen) },
      } satisfies SseServerCases[string],
    ]),
  )
}
