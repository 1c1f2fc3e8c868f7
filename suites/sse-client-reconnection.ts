import { accept, all, asksFrom, awaitEnd, awaitEvents, awaitRequests, bytesOf, cameBack, connect, delivers, endEvent, endingStream, escapedBytes, everyRequest, finding, gate, milliseconds, oneAtATime, pause, piecesBytes, refuse, release, serve, serveAt, sseClientSuite, stream, unproven, waits, watch, watchReconnection, type Answer, type Bytes, type SseClientCase, type SseClientCases, type SseClientSeen } from '../harness/roles/sse-client/index.ts'
import document from './vectors/event-stream.json' with { type: 'json' }

const base = 'sse-client-connection/one-event'
const back = 'clean-end'
/** Asked for first wherever a client has to come back soon. */
const soon = 'retry: 20\n\n'

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients come back after the time that they were told, from where they were, and with nothing else',
  cases: {
    'clean-end': {
      title: 'a stream that ends in order',
      control: base,
      when: [serve(endingStream(`${soon}data: before\n\n`), stream(`data: after\n\n${endEvent}`)), connect(), awaitRequests(2, 20), awaitEnd()],
      then: {
        'sse-client-reconnects': (seen) => all([cameBack(seen, 2, 'the stream ended'), delivers(seen, [{ data: 'before' }, { data: 'after' }])]),
        'sse-client-get': (seen) => everyRequest(seen, 'GET', ({ method }) => method === 'GET', ({ method }) => method, 2),
      },
    },
    reset: broken('a stream that is reset', { ...stream(`${soon}data: before\n\n`, pause(60)), ending: 'reset' }),
    'short-body': broken('a body that is shorter than its Content-Length', { ...stream(`${soon}data: before\n\n`), framing: { length: 100_000 }, ending: 'end' }),
    'missing-last-chunk': broken('a chunked body without its last chunk', { ...stream(`${soon}data: before\n\n`), ending: 'last-chunk-missing' }),
    'refused-later': {
      title: 'a server that refuses connections for a while after the stream ended',
      control: [base, back],
      needs: 'own-ports',
      when: [
        serveAt('stream', 'own-port', endingStream(`${soon}data: before\n\n`, gate('end')), stream(`data: after\n\n${endEvent}`)),
        connect(),
        awaitEvents(1),
        refuse(),
        release('end'),
        watch(150),
        accept(),
        awaitRequests(2, 20),
        awaitEnd(),
      ],
      then: { 'sse-client-refused': (seen) => cameBack(seen, 2, 'the server listens again') },
    },
    'refused-at-first': {
      title: 'a server that listens only after the client was told to connect',
      control: [base, back],
      needs: 'own-ports',
      when: [serveAt('stream', 'own-port', stream(endEvent)), refuse(), connect(), watch(80), accept(), awaitRequests(1), awaitEnd()],
      then: { 'sse-client-refused': (seen) => finding(seen.requests().length > 0, 'a request once the server listens', seen.requests().length > 0 ? 'it came' : `none in ${milliseconds(seen.untilMs - (seen.client()?.startedMs ?? 0))}`) },
    },
    'end-once': alone('a stream that ends, and one that stays', endingStream(soon)),
    'reset-once': alone('a stream that is reset, and one that stays', { ...stream(soon, pause(60)), ending: 'reset' }),

    ...floors(),
    ...overflows(),
    ...badRetries(),
    'retry-in-last-line': timed('a retry field in the last line, without an empty line', 'sse-client-retry-at-line', `${soon}data: a\n\nretry: 700\n`, 700),
    'retry-cut-off': timed('a retry field that the end of the body cut off', 'sse-client-unfinished-line', 'retry: 700\n\ndata: a\n\nretry: 10', 700),
    'retry-two-connections-ago': {
      title: 'a reconnection time from the stream before the last',
      control: [base, back],
      when: [serve(endingStream('retry: 700\n\n'), endingStream('data: a\n\n'), stream(endEvent)), connect(), awaitRequests(3, 700)],
      then: { 'sse-client-retry-kept': (seen) => waits(seen, 2, 700, 'the 700 ms of the first stream before the third request, too') },
    },

    'last-id': {
      title: 'a stream that ended after the ids 6 and 7',
      control: [base, back],
      when: again('id: 6\ndata: a\n\nid: 7\ndata: b\n\n'),
      then: { 'sse-client-sends-last-id': (seen) => asksFrom(seen, 1, '7') },
    },
    'id-with-space': {
      title: 'an id with a space in its middle',
      control: [base, back],
      when: again('id: a b\ndata: a\n\n'),
      then: { 'sse-client-sends-last-id': (seen) => asksFrom(seen, 1, 'a b') },
    },
    ...unicodeIds(),
    'id-reset': reset('an id that was reset by an empty field', 'id: 8\ndata: a\n\nid:\ndata: b\n\n'),
    'id-reset-without-colon': reset('an id that was reset by a field without a colon', 'id: 8\ndata: a\n\nid\ndata: b\n\n'),
    'id-nul': sends('an id with U+0000 after a good one', 'sse-client-id-nul', 'id: 1\ndata: a\n\nid: a\0b\ndata: b\n\n', '1'),
    'id-without-data': sends('an id in a block without data', 'sse-client-id-without-data', 'id: 1\ndata: a\n\nid: 2\n\n', '2'),
    'id-not-committed': sends('an id whose event was cut off', 'sse-client-id-committed', 'id: 1\ndata: a\n\nid: 2\ndata: b\n', '1', 'discards'),
    'id-across-two': {
      title: 'an id, and after it a stream without one',
      control: [base, back],
      when: [serve(endingStream(`${soon}id: 7\ndata: a\n\n`), endingStream('data: b\n\n'), stream(endEvent)), connect(), awaitRequests(3, 20), awaitEnd()],
      then: {
        'sse-client-id-repeated': (seen) => all([asksFrom(seen, 1, '7'), asksFrom(seen, 2, '7')]),
        'sse-client-id-carried': (seen) => delivers(seen, [{ data: 'a', lastEventId: '7' }, { data: 'b', lastEventId: '7' }]),
      },
    },

    'data-not-carried': clean('data of an event that was cut off', 'data: lost\n'),
    'line-not-carried': clean('a line that was cut off', 'data: lo'),
    'type-not-carried': clean('the type of an event that was cut off', 'event: x\n'),
    'half-character-not-carried': clean('half a character', bytesOf('data: \u20ac').subarray(0, -1)),
    'half-line-end-not-carried': clean('half a line end', 'data: lost\r', '\n'),
    'mark-on-each-stream': {
      title: 'a second stream that begins with a byte order mark',
      control: [base, back],
      when: [serve(endingStream(`\uFEFF${soon}data: a\n\n`), stream(`\uFEFFdata: b\n\n${endEvent}`)), connect(), awaitRequests(2, 20), awaitEnd()],
      then: { 'sse-client-bom-each-stream': (seen) => delivers(seen, [{ data: 'a' }, { data: 'b' }]) },
    },
  },
})

function broken(title: string, first: Answer): SseClientCase {
  return {
    title,
    control: [base, back],
    when: [serve(first, stream(`data: after\n\n${endEvent}`)), connect(), awaitRequests(2, 20), awaitEnd()],
    then: { 'sse-client-reconnects-broken': (seen) => cameBack(seen, 2, 'the stream broke') },
  }
}

/** Were there two timers, the second would bring a request while the first stream is open. */
function alone(title: string, first: Answer): SseClientCase {
  return {
    title,
    control: [base, back],
    when: [serve(first, stream('data: after\n\n')), connect(), awaitRequests(2, 20), watchReconnection(100)],
    then: { 'sse-client-one-connection': (seen) => oneAtATime(seen) },
  }
}

/** Two times that nobody has by default: a client that obeys, and one whose default they are, would look alike. */
function floors(): SseClientCases {
  return Object.fromEntries([700, 1900].map((ms) => [`retry-${ms}`, timed(`a reconnection time of ${ms} ms`, 'sse-client-retry-floor', `retry: ${ms}\n\ndata: a\n\n`, ms)]))
}

/** Beyond 31 bits, beyond 32 bits, and beyond what numbers hold. An earlier time stays in force where such a field is ignored. */
function overflows(): SseClientCases {
  return Object.fromEntries(
    ['2147483648', '4294967306', '99999999999999999999'].map((value): [string, SseClientCase] => [
      `retry-${value}`,
      {
        title: `a reconnection time of ${value} ms`,
        control: [base, back],
        when: [serve(endingStream(`retry: 600\n\ndata: a\n\nretry: ${value}\n\n`), stream(endEvent)), connect(), awaitRequests(1), watch(560)],
        then: { 'sse-client-retry-overflow': (seen) => notAtOnce(seen, 500) },
      },
    ]),
  )
}

/** Values that lenient number functions read as something up to 60; each would bring the client back before the time that stands. */
function badRetries(): SseClientCases {
  const bad = document.vectors.filter(({ requirement, retries }) => requirement === 'sse-client-retry-digits' && retries.length === 0)
  return {
    ...Object.fromEntries(bad.map(({ id, body }) => [id, timed(`the field "${escapedBytes(piecesBytes((body as string).split('\n', 1)[0] ?? ''), [])}" after a time of 400 ms`, 'sse-client-retry-digits', `retry: 400\n\n${body as string}`, 400)])), // their bodies are plain texts
    'retry-no-colon': timed('the line "retry" after a time of 400 ms', 'sse-client-retry-digits', 'retry: 400\n\ndata: a\n\nretry\n\n', 400),
    'retry-leading-zero': timed('a reconnection time with a leading zero', 'sse-client-retry-digits', `${soon}data: a\n\nretry: 01400\n\n`, 1400),
  }
}

function timed(title: string, rule: 'sse-client-retry-floor' | 'sse-client-retry-digits' | 'sse-client-retry-at-line' | 'sse-client-unfinished-line', bytes: string, ms: number): SseClientCase {
  return {
    title,
    control: [base, back],
    when: [serve(endingStream(bytes), stream(endEvent)), connect(), awaitRequests(2, ms)],
    then: { [rule]: (seen: SseClientSeen) => waits(seen, 1, ms, `at least ${ms} ms between the end and the next request`) },
  }
}

function notAtOnce(seen: SseClientSeen, ms: number) {
  const words = `no request in the ${ms} ms after the end`
  const [first, second] = seen.requests()
  if (first?.endingMs === undefined) return unproven(words, 'the stream was not asked for')
  if (second) return waits(seen, 1, ms, words)
  const watchedMs = seen.untilMs - first.endingMs
  return watchedMs < ms ? unproven(words, `it was watched for ${milliseconds(watchedMs)} only`) : finding(true, words, `none in ${milliseconds(watchedMs)}`)
}

/** The stream ends, and the next request shows what the client kept. */
function again(bytes: Bytes): SseClientCase['when'] {
  return [serve(endingStream(soon, bytes), stream(endEvent)), connect(), awaitRequests(2, 20)]
}

function sends(title: string, rule: 'sse-client-id-nul' | 'sse-client-id-without-data' | 'sse-client-id-committed', bytes: string, id: string, needs?: 'discards'): SseClientCase {
  return { title, control: [base, back, 'last-id'], ...(needs ? { needs } : {}), when: again(bytes), then: { [rule]: (seen: SseClientSeen) => asksFrom(seen, 1, id) } }
}

function reset(title: string, bytes: string): SseClientCase {
  return { title, control: [base, back, 'last-id'], when: again(bytes), then: { 'sse-client-reset-id-absent': (seen) => asksFrom(seen, 1, undefined) } }
}

/** Beyond ASCII, beyond Latin-1, beyond one unit of UTF-16. HTTP libraries refuse some of them, and programs die of that. */
function unicodeIds(): SseClientCases {
  return Object.fromEntries(
    [['latin-1', 'caf\u00e9'], ['beyond-latin-1', 'wait\u2026'], ['emoji', '\u{1f600}']].map(([key = '', id = '']): [string, SseClientCase] => [
      `id-${key}`,
      { title: `the id ${id}`, control: [base, back, 'last-id'], alone: 'last', when: again(`id: ${id}\ndata: a\n\n`), then: { 'sse-client-id-utf8': (seen) => asksFrom(seen, 1, id) } },
    ]),
  )
}

/** What the end of the first body left over must not be seen in the second. */
function clean(title: string, left: Bytes, before = ''): SseClientCase {
  return {
    title: `${title} at the end of a body`,
    control: [base, back],
    needs: 'discards',
    when: [serve(endingStream(`${soon}data: a\n\n`, left), stream(`${before}data: b\n\n${endEvent}`)), connect(), awaitRequests(2, 20), awaitEnd()],
    then: { 'sse-client-clean-state': (seen) => delivers(seen, [{ data: 'a' }, { data: 'b' }]) },
  }
}
