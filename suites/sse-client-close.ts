import { absent, awaitEnd, awaitEvents, awaitGone, awaitState, closeClient, connect, endEvent, endingStream, finding, gate, inapplicable, lastState, milliseconds, pause, release, serve, silentAfter, sseClientSuite, stream, unproven, watch, watchReconnection, type SseClientSeen } from '../harness/roles/sse-client/index.ts'

const base = 'sse-client-connection/one-event'
const back = 'sse-client-reconnection/clean-end'
/** Long enough that the client is closed inside of it. */
const retryMs = 1000
/** A closed client that is blocked in reading notices with the next bytes; these come every so often. */
const nudges = Array.from({ length: 20 }, () => [pause(200), ':\n']).flat()

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients that were closed are silent, gone, and stay away',
  cases: {
    'inside-a-handler': {
      title: 'a client that closes itself inside its handler of the second of five events in one piece',
      control: base,
      needs: 'close-after',
      when: [serve(stream('data: one\n\ndata: two\n\ndata: three\n\ndata: four\n\ndata: five\n\n', pause(30), 'data: six\n\n', endEvent)), connect({ closeAfter: 2 }), awaitEvents(2), awaitState('closed', 300), watch(120)],
      then: { 'sse-client-close-silent': (seen) => silentAfterTwo(seen) },
    },
    'from-outside': {
      title: 'events that are sent after the client was closed',
      control: base,
      when: [serve(stream('data: one\n\n', gate('closed'), 'data: two\n\n', pause(30), 'data: three\n\n')), connect(), awaitEvents(1), closeClient(), release('closed'), watch(150)],
      then: { 'sse-client-close-silent': (seen) => silentAfter(seen, [{ data: 'one' }]) },
    },
    'while-it-reads': {
      title: 'a client that is closed while its stream is open',
      control: base,
      when: [serve(stream('data: one\n\n', gate('closed'), ...nudges)), connect(), awaitEvents(1), closeClient(), release('closed'), awaitGone(5000)],
      then: { 'sse-client-close-aborts': (seen) => gone(seen) },
    },
    'while-it-waits': {
      title: 'a client that is closed while it waits to come back',
      control: [base, back],
      when: [serve(endingStream(`retry: ${retryMs}\n\ndata: one\n\n`, gate('end')), stream(endEvent)), connect(), awaitEvents(1), release('end'), watch(60), closeClient(), watchReconnection(retryMs)],
      then: { 'sse-client-close-cancels': (seen) => cancelled(seen) },
    },
    'open-until-closed': {
      title: 'a client that is not closed, as the stream goes on',
      control: base,
      when: [serve(stream('data: one\n\n', pause(60), endEvent)), connect(), awaitEnd()],
      then: { 'sse-client-close-silent': (seen) => finding(seen.client()?.count === 2, 'two events of a client that is not closed', `${seen.client()?.count ?? 0}`) },
    },
  },
})

/** A target that took the parameter and did nothing with it cannot be told from one without it. */
function silentAfterTwo(seen: SseClientSeen) {
  const client = seen.client()
  const words = '"one", "two" and nothing after the close'
  if (client && client.count > 2 && lastState(client) !== 'closed' && seen.requests()[0]?.closedBy !== 'client') return inapplicable(words, 'the client did not close itself: it knows no closeAfter')
  return silentAfter(seen, [{ data: 'one' }, { data: 'two' }])
}

function gone(seen: SseClientSeen) {
  const words = 'the end of the connection'
  const client = seen.client()
  const [request] = seen.requests()
  if (client?.closedMs === undefined || !request) return unproven(words, 'the client was not closed')
  if (request.closedBy === 'client' && request.closedMs !== undefined) return finding(true, words, `it ended ${milliseconds(Math.max(0, request.closedMs - client.closedMs))} after the close`)
  return absent(seen, words, `it was still open ${milliseconds(seen.untilMs - client.closedMs)} after the close`)
}

function cancelled(seen: SseClientSeen) {
  const words = 'no request after the close'
  const client = seen.client()
  const [first, second] = seen.requests()
  if (client?.closedMs === undefined || first?.endingMs === undefined) return unproven(words, 'the stream did not end before the client was closed')
  // A request from before the close, or one that was on its way, says nothing.
  if (second && second.arrivedMs < client.closedMs + 50) return unproven(words, `the client came back before it was closed, ${milliseconds(second.arrivedMs - first.endingMs)} after the end`)
  if (!second && seen.cutShort) return inapplicable(words, 'the budget of the run was spent before it could have come')
  return finding(second === undefined, words, second ? `one came ${milliseconds(second.arrivedMs - client.closedMs)} after the close` : `none in ${milliseconds(seen.untilMs - client.closedMs)}`)
}
