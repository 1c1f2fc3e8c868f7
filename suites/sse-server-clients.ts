import { awaitLive, comeAndGo, connect, connectMany, finding, gotEverything, inapplicable, lostOn, named, on, owed, ownOf, publish, publishMany, readOn, refusalsNameTime, seconds, sseServerSuite, stopReading, throttled, unproven, type SseServerSeen } from '../harness/roles/sse-server/index.ts'

const live = 'sse-server-stream/live'
const clients = 100
/** More than a socket on each side can hold: about 13 MB. */
const flood = 200

export default sseServerSuite({
  role: 'sse-server',
  title: 'Servers serve many clients, slow ones and lost ones among them',
  cases: {
    hundred: {
      title: `an event while ${clients} clients read`,
      control: live,
      needs: 'publishes',
      alone: true,
      when: [connectMany('client', clients), awaitLive('client'), publish('for all'), awaitLive('client')],
      then: {
        'sse-stream-many-clients': (seen) => manyServed(seen),
        'sse-stream-throttle': (seen) => refusalsNameTime(seen),
      },
    },
    'does-not-read': {
      title: `${flood} events of 64 KiB while one of two clients does not read`,
      control: live,
      needs: 'publishes',
      alone: true,
      when: [connect('slow'), connect('quick'), awaitLive('slow', 'quick'), stopReading('slow'), publishMany('event', flood, { dataBytes: 65_536, batch: 1 }), awaitLive('quick'), readOn('slow'), awaitLive('slow')],
      then: {
        'sse-stream-slow-client': (seen) => quickServed(seen),
        'sse-stream-slow-no-gap': (seen) => completeOrEnded(seen),
      },
    },
    'come-and-go': {
      title: 'a client after two hundred others have come and gone',
      control: live,
      needs: 'publishes',
      alone: true,
      when: [comeAndGo('gone', 200), connect('next'), awaitLive('next'), publish('for the next'), awaitLive('next')],
      then: { 'sse-stream-released': (seen) => nextServed(seen) },
    },
  },
})

function manyServed(seen: SseServerSeen) {
  const expected = `the event on all of ${clients} streams`
  const streams = seen.streamsOf('client')
  const served = streams.filter((stream) => stream.status === 200 && ownOf(stream).length > 0)
  const refused = streams.filter(throttled)
  if (refused.length > 0) return inapplicable(expected, `the target limits its streams: it answered ${refused[0]?.status ?? ''} to ${refused.length} of ${streams.length}`)
  const silent = streams.length - served.length
  if (served.length === 0) return unproven(expected, 'no stream was served')
  if (silent > 0) return finding(false, expected, `nothing on ${silent} of ${streams.length} within ${seconds(Math.max(...streams.map(({ startedMs, endedMs }) => endedMs - startedMs)))}; the others had it`)
  return gotEverything(seen, 'client')
}

function quickServed(seen: SseServerSeen) {
  const expected = 'every event for the client that reads, while another does not'
  const flooded = seen.publications.filter(({ round, name }) => round === undefined && name.startsWith('event'))
  const stuck = seen.publications.find(({ outcome }) => outcome === 'failed')
  if (stuck) return finding(false, expected, `the publication of "${stuck.name}", the ${stuck.number + 1}th, came to nothing: ${stuck.detail ?? 'it was not answered'}`)
  const refused = flooded.find(({ outcome }) => outcome === 'refused')
  if (refused) return unproven(expected, `the target does not take events of 64 KiB: ${refused.detail ?? 'it refused'}`)
  return gotEverything(seen, 'quick')
}

/** What a slow client may find: everything, or the end of its stream behind the last event that it got. */
function completeOrEnded(seen: SseServerSeen) {
  const expected = 'every event for the client that was slow, or the end of its stream'
  return on(seen, 'slow', expected, (stream) => {
    const lost = lostOn(seen, stream)
    // The events by which the other stream was found alive were not waited for on this one.
    const due = owed(seen, stream).filter(({ round }) => round === undefined)
    const numbers = new Set(ownOf(stream).map(({ own }) => own))
    const shown = due.filter(({ number }) => numbers.has(number)).length
    if (lost.length > 0) return finding(false, expected, `${lost.length} of ${due.length} left out: ${named(seen, lost.map(({ number }) => number))}, and later ones came`)
    if (stream.endedBy === 'server') return finding(true, expected, `its stream ended behind ${shown} of ${due.length}`)
    return shown >= due.length && due.length >= flood ? finding(true, expected, `all ${shown}`) : unproven(expected, `${shown} of ${due.length} came while it was watched`)
  })
}

function nextServed(seen: SseServerSeen) {
  const stream = seen.stream('next')
  const expected = 'a stream for the next client, with its events'
  if (stream && stream.status !== 200) return finding(false, expected, `${stream.status ?? 'no answer'} after ${seen.streamsOf('gone').length} streams were opened and closed`)
  return gotEverything(seen, 'next')
}
