import type { StreamEvent, StreamParser, StreamParserOptions } from '../../../harness/sse/stream-parser.ts'
import { eventStreamParser } from '../../../harness/sse/parser.ts'
import { honestParts, schedule, type ClientParts, type Loss } from '../../../reference/sse-client/parts.ts'
import { because } from '../broken-target.ts'
import { brokenSseClient, type BrokenSseClients } from './broken-sse-client.ts'

/** What is wrong with how connections follow each other, with what carries over, and with what the user is told. */
export const brokenConnections: BrokenSseClients = {
  'never-open': brokenSseClient({
    requirement: 'sse-client-open',
    fault: 'reads a stream and goes on saying that it is connecting',
    message: /connecting at/,
    parts: () => ({ open: () => {} }),
  }),
  'named-events-later': brokenSseClient({
    requirement: 'sse-client-order',
    fault: 'hands events with a type of their own over a moment later, once it is busy',
    message: /from event 11 on/,
    parts: () => ({ dispatch: dispatchNamedLater() }),
  }),
  'swallows-error-and-open': brokenSseClient({
    requirement: 'sse-client-named-events',
    fault: 'takes events of the types error and open for its own',
    message: /error "one", open "two"/,
    parts: () => ({
      dispatch(event, deliver) {
        if (event.type !== 'error' && event.type !== 'open') deliver(event)
      },
    }),
  }),
  'end-is-final': brokenSseClient({
    requirement: 'sse-client-reconnects',
    fault: 'is done when the body ends',
    message: /stream ended, saw one request/,
    alsoFails: because('nothing comes after the end of a body', 'sse-client-retry-floor', 'sse-client-retry-at-line', 'sse-client-retry-kept', 'sse-client-retry-digits', 'sse-client-sends-last-id', 'sse-client-id-utf8', 'sse-client-reset-id-absent', 'sse-client-id-repeated', 'sse-client-id-carried', 'sse-client-clean-state', 'sse-client-no-content', 'sse-client-bom-each-stream', 'sse-client-headers', 'sse-client-unfinished-event', 'sse-client-unfinished-line', 'sse-client-id-without-data', 'sse-client-id-committed', 'sse-client-id-nul', 'sse-client-id-reset', 'sse-client-cr-at-end', 'sse-client-one-connection', 'sse-client-close-cancels', 'sse-client-retry-overflow', 'sse-client-id', 'sse-client-many-lines', 'sse-client-get', 'sse-client-reconnects-broken', 'sse-client-malformed-http', 'sse-client-fatal-status', 'sse-client-content-type', 'sse-client-status', 'sse-client-redirect-loop'),
    parts: () => ({ afterLoss: endAfter('ended') }),
  }),
  'break-is-final': brokenSseClient({
    requirement: 'sse-client-reconnects-broken',
    fault: 'is done when the connection breaks',
    message: /stream broke, saw one request/,
    alsoFails: because('nothing comes after the break', 'sse-client-one-connection'),
    parts: () => ({ afterLoss: endAfter('broken') }),
  }),
  'refusal-is-final': brokenSseClient({
    requirement: 'sse-client-refused',
    fault: 'is done when nobody listens',
    message: /saw one request/,
    alsoFails: because('a connection that broke before its answer looks the same to it', 'sse-client-reconnects-broken', 'sse-client-redirect-loop'),
    parts: () => ({ afterLoss: endAfter('refused') }),
  }),
  'malformed-hangs': brokenSseClient({
    requirement: 'sse-client-malformed-http',
    fault: 'waits for ever after an answer that is not HTTP',
    message: /the state "connecting"/,
    parts: () => afterLossOf('malformed', () => () => {}),
  }),
  'jitter-downwards': brokenSseClient({
    requirement: 'sse-client-retry-floor',
    fault: 'comes back after half of the time, or a little more',
    message: /too early/,
    alsoFails: because('it comes back before the time that a stream asked for', 'sse-client-retry-kept', 'sse-client-retry-at-line', 'sse-client-retry-digits', 'sse-client-unfinished-line', 'sse-client-redirect-loop'),
    parts: () => ({ waitMs: (waiting, setting) => honestParts.waitMs(waiting, setting) / 2 }),
  }),
  'retry-ignored': brokenSseClient({
    requirement: 'sse-client-retry-floor',
    fault: 'comes back after its own time, whatever a stream says',
    message: /too early/,
    alsoFails: because('it never takes the time that a stream asked for', 'sse-client-retry-kept', 'sse-client-retry-at-line', 'sse-client-retry-digits', 'sse-client-retry-overflow', 'sse-client-unfinished-line', 'sse-client-redirect-loop'),
    parts: () => ({ waitMs: (waiting, setting) => honestParts.waitMs({ ...waiting, reconnectMs: 50 }, setting) }),
  }),
  'retry-once': brokenSseClient({
    requirement: 'sse-client-retry-kept',
    fault: 'takes the time that a stream asked for with one reconnection, and then its own again',
    message: /third request.*too early/,
    alsoFails: because('the time between redirects that lead nowhere is forgotten too', 'sse-client-redirect-loop'),
    parts: () => ({
      createParser(options, previous) {
        if (previous) options.onRetry?.(50)
        return eventStreamParser(options)
      },
    }),
  }),
  'wraps-at-32-bits': brokenSseClient({
    requirement: 'sse-client-retry-overflow',
    fault: 'keeps the reconnection time in 32 bits, where a great one is less than nothing',
    message: /too early/,
    parts: () => ({ waitMs: ({ reconnectMs, ...waiting }, setting) => honestParts.waitMs({ ...waiting, reconnectMs: reconnectMs > 2 ** 31 - 1 ? 1 : reconnectMs }, setting) }),
  }),
  'new-connection-starts-without-id': brokenSseClient({
    requirement: 'sse-client-id-carried',
    fault: 'tells no id with events of a new connection until the stream gives one',
    message: /"a" \(id "7"\), "b", /,
    alsoFails: because('an event of a new connection has no id', 'sse-client-id'),
    parts: () => ({ createParser: (options) => forgetful(options) }),
  }),
  'half-event-carries-over': brokenSseClient({
    requirement: 'sse-client-clean-state',
    fault: 'adds what comes on a new connection to what the last one left unfinished',
    message: /lost/,
    alsoFails: because('what the end of a body cut short goes on with the next one', 'sse-client-unfinished-event', 'sse-client-unfinished-line', 'sse-client-bom-each-stream', 'sse-client-reconnects', 'sse-client-reconnects-broken', 'sse-client-id-committed', 'sse-client-retry-at-line', 'sse-client-invalid-utf8', 'sse-client-cr-at-end', 'sse-client-long-line', 'sse-client-malformed-http', 'sse-client-retry-digits', 'sse-client-retry-kept', 'sse-client-chunks'),
    parts: () => ({ createParser: (options, previous) => continuing(options, previous) }),
  }),
  'mark-of-the-first-stream': brokenSseClient({
    requirement: 'sse-client-bom-each-stream',
    fault: 'takes the byte order mark off its first stream only',
    message: /saw "a", "conformance-end"/,
    parts: () => ({
      createParser(options, previous) {
        const parser = eventStreamParser(options)
        // Behind a blank line, which says nothing, a mark is a part of the text.
        if (previous) parser.push(Buffer.from('\n'))
        return parser
      },
    }),
  }),
  'delivers-after-close': brokenSseClient({
    requirement: 'sse-client-close-silent',
    fault: 'hands the rest of a chunk over when its user has closed it',
    message: /saw "one", "two", "three"/,
    parts: () => ({ mayDeliver: () => true }),
  }),
  'close-leaves-connection': brokenSseClient({
    requirement: 'sse-client-close-aborts',
    fault: 'leaves the connection open when its user closes it',
    message: /still open/,
    parts: () => ({ abandon: () => {} }),
  }),
  'close-during-wait-is-lost': brokenSseClient({
    requirement: 'sse-client-close-cancels',
    fault: 'reconnects although its user has closed it during the wait',
    message: /one came/,
    parts: () => ({
      schedule(connect, ms) {
        schedule(connect, ms)
        return () => {}
      },
    }),
  }),
  'two-timers-for-one-loss': brokenSseClient({
    requirement: 'sse-client-one-connection',
    fault: 'reconnects twice after a break, once for the error and once for the end',
    message: /came while request/,
    alsoFails: because('one connection too many takes the answer of the next', 'sse-client-reconnects-broken'),
    parts: () =>
      afterLossOf('broken', (connect, ms) => {
        const cancels = [schedule(connect, ms), schedule(connect, ms)]
        return () => cancels.forEach((cancel) => cancel())
      }),
  }),
}

function endAfter(last: Loss): ClientParts['afterLoss'] {
  return (loss) => (loss === last ? 'end' : 'reconnect')
}

/** Reconnects in another way after losses of one kind. */
function afterLossOf(kind: Loss, other: ClientParts['schedule']): Pick<ClientParts, 'afterLoss' | 'schedule'> {
  let last: Loss | undefined
  return {
    afterLoss(loss) {
      last = loss
      return 'reconnect'
    },
    schedule: (connect, ms) => (last === kind ? other : schedule)(connect, ms),
  }
}

/** After ten events of one client, those with a type of their own take a detour. */
function dispatchNamedLater(): ClientParts['dispatch'] {
  const counts = new WeakMap<object, number>()
  return (event: StreamEvent, deliver) => {
    const count = (counts.get(deliver) ?? 0) + 1
    counts.set(deliver, count)
    if (count <= 10 || event.type === 'message') deliver(event)
    else setTimeout(() => deliver(event), 2)
  }
}

/** Events have an id only once this body has given one; what is sent when reconnecting is kept. */
function forgetful(options: StreamParserOptions): StreamParser {
  const { lastEventId: carried = '' } = options
  let [given, id] = [false, carried]
  const parser = eventStreamParser({
    ...options,
    lastEventId: '',
    onId(own) {
      ;[given, id] = [true, own]
    },
  })
  return {
    get lastEventId() {
      return given ? id : carried
    },
    stopped: undefined,
    push: (chunk) => parser.push(chunk),
    end: () => parser.end(),
  }
}

/** Parsers by what their body left behind its last whole block. */
const leftovers = new WeakMap<StreamParser, Buffer>()

function continuing(options: StreamParserOptions, previous: StreamParser | undefined): StreamParser {
  const parser = eventStreamParser(options)
  let bytes = Buffer.alloc(0)
  const push = (chunk: Uint8Array): void => {
    bytes = Buffer.concat([bytes, chunk])
    parser.push(chunk)
    const ends = ['\n\n', '\r\r', '\r\n\r\n'].map((blank) => (bytes.includes(blank) ? bytes.lastIndexOf(blank) + blank.length : 0))
    bytes = bytes.subarray(Math.max(...ends))
    leftovers.set(own, bytes)
  }
  const own: StreamParser = {
    get lastEventId() {
      return parser.lastEventId
    },
    stopped: undefined,
    push,
    end: () => {},
  }
  const left = previous && leftovers.get(previous)
  if (left && left.length > 0) push(left)
  return own
}
