import { all, finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import { headerValues } from '../../http/headers.ts'
import { deliveredEvents, eventWords, eventsWords, sentBytes, type ExpectedEvent } from './event-words.ts'
import { recordEvent, sameEvent } from './recorded-events.ts'
import type { ClientSeen, SseClientSeen, StreamRequest } from './seen.ts'
import { endMark, only } from './vocabulary.ts'

export { all, finding, inapplicable, unproven }

/** An absence is told only when the harness itself was not held up for longer than this. */
const ownDelayMs = 1_500
/** Timers of clients may run this much early: whole milliseconds, and coarse clocks of browsers. */
const timerMs = 20

/**
 * Exactly these events, in this order, each once, and then the end mark.
 *
 * The end mark is sent last, so what came before it is all that came.
 */
export function delivers(seen: SseClientSeen, expected: readonly ExpectedEvent[], name = only): Finding {
  const client = seen.client(name)
  const words = `${eventsWords(expected)}, then the end mark`
  if (!client) return unproven(words, 'the client was not connected')
  const end = client.events.findIndex(({ data }) => data.includes(endMark))
  const before = end < 0 ? client.events : client.events.slice(0, end)
  const same = before.length === expected.length && expected.every((event, index) => sameEvent(recordEvent({ type: 'message', lastEventId: '', ...event }), before[index] ?? noEvent))
  const saw = `${deliveredEvents(client, expected)}${sentBytes(seen.requests(client.path))}`
  if (!same && (end >= 0 || before.length > expected.length)) return finding(false, words, saw)
  if (end < 0) return absent(seen, words, same ? `${saw}; the end mark was not delivered` : saw)
  return finding(client.events[end]?.data === endMark, words, client.events[end]?.data === endMark ? saw : `${saw}; the end mark came as ${eventWords(client.events[end] ?? noEvent)}`)
}

/** The id that the end mark carries: the one that is in force at the end of the stream. */
export function endsWithId(seen: SseClientSeen, id: string, name = only): Finding {
  const words = `the last event id ${JSON.stringify(id)} at the end of the stream`
  const mark = seen.client(name)?.events.find(({ data }) => data.includes(endMark))
  if (!mark) return absent(seen, words, 'no end mark was delivered')
  return finding(mark.lastEventId === id, words, JSON.stringify(mark.lastEventId))
}

/** No event was delivered, though the client was asked for what it had. */
export function deliversNothing(seen: SseClientSeen, what: string, name = only): Finding {
  const words = `no event from ${what}`
  const client = seen.client(name)
  if (!client) return unproven(words, 'the client was not connected')
  if (seen.requests(client.path).length === 0) return unproven(words, 'the client never asked for the stream')
  return finding(client.count === 0, words, client.count === 0 ? 'none' : deliveredEvents(client, []))
}

/** At least one request has a property, and every one of them. */
export function everyRequest(seen: SseClientSeen, words: string, test: (request: StreamRequest) => boolean, tell: (request: StreamRequest) => string, atLeast = 1, path = only): Finding {
  const requests = seen.requests(path)
  if (requests.length < atLeast) return unproven(words, requests.length === 0 ? 'no request arrived' : 'the client did not come back')
  const wrong = requests.find((request) => !test(request))
  return finding(wrong === undefined, words, wrong ? `${requests.length > 1 ? `request ${requests.indexOf(wrong) + 1}: ` : ''}${tell(wrong)}` : requests[0] ? tell(requests[0]) : '')
}

/** The client asked again, that many times in all. */
export function cameBack(seen: SseClientSeen, count: number, why: string, path = only): Finding {
  const words = `request ${count}, since ${why}`
  const requests = seen.requests(path)
  if (requests.length < count) return notBack(seen, words, requests)
  const before = requests[count - 2]
  const gapMs = (requests[count - 1]?.arrivedMs ?? 0) - (before?.endingMs ?? before?.arrivedMs ?? 0)
  return finding(true, words, `it came ${milliseconds(gapMs)} after that`)
}

/** No request beyond the first so many, watched for as long as the client took to come back before. */
export function staysAway(seen: SseClientSeen, count: number, why: string, path = only): Finding {
  const words = `no further request, since ${why}`
  const requests = seen.requests(path)
  if (requests.length < count) return unproven(words, `the client made ${requests.length} of ${count} requests that lead there`)
  if (requests.length === count && seen.cutShort) return inapplicable(words, 'the budget of the run was spent before another could have come')
  const last = requests[count - 1]
  const next = requests[count]
  return finding(next === undefined, words, next ? `another came ${milliseconds(next.arrivedMs - (last?.endingMs ?? last?.arrivedMs ?? 0))} later, ${requests.length} in all` : `none in ${milliseconds(seen.untilMs - (last?.arrivedMs ?? 0))}`)
}

/**
 * The request came no sooner than this after the end of the one before it.
 *
 * The end is counted from before it was handed to the socket: the client cannot have known of it earlier, so slowness of any
 * party only makes the request later.
 */
export function waits(seen: SseClientSeen, index: number, floorMs: number, words: string, path = only): Finding {
  const requests = seen.requests(path)
  const before = requests[index - 1]
  const after = requests[index]
  if (!before || !after || before.endingMs === undefined) return unproven(words, `the client made ${requests.length} of ${index + 1} requests, so it was not early`)
  const gapMs = after.arrivedMs - before.endingMs
  return finding(gapMs + timerMs >= floorMs, words, `request ${index + 1} came ${milliseconds(gapMs)} after the end${gapMs + timerMs < floorMs ? `, ${milliseconds(floorMs - gapMs)} too early` : ''}`)
}

/** What a request carries as `Last-Event-ID`, as bytes in latin1; undefined without one. */
export function lastIdOf(request: StreamRequest | undefined): string | undefined {
  const values = request ? headerValues(request.headers, 'last-event-id') : []
  return values.length === 0 ? undefined : values.join(', ')
}

/** The nth request, counted from 0, carries this id as UTF-8 bytes, or none at all. */
export function asksFrom(seen: SseClientSeen, index: number, id: string | undefined, path = only): Finding {
  const expected = id === undefined ? undefined : Buffer.from(id, 'utf8').toString('latin1')
  const words = id === undefined ? `request ${index + 1} without Last-Event-ID` : `request ${index + 1} with Last-Event-ID: ${id}${expected === id ? '' : ` as the bytes ${hex(expected ?? '')}`}`
  const requests = seen.requests(path)
  const request = requests[index]
  if (!request) return notBack(seen, words, requests)
  const sent = lastIdOf(request)
  return finding(sent === expected, words, sent === undefined ? 'no Last-Event-ID' : sent === '' ? 'an empty Last-Event-ID' : `Last-Event-ID: ${JSON.stringify(sent)}${expected === undefined || /^[\x20-\x7e]*$/.test(`${sent}${expected}`) ? '' : ` (bytes ${hex(sent)})`}`)
}

/** No request arrived while another was still being answered. */
export function oneAtATime(seen: SseClientSeen, path = only): Finding {
  const words = 'one connection at a time'
  const requests = seen.requests(path)
  if (requests.length < 2) return unproven(words, 'the client did not come back')
  const second = requests.findIndex((request, index) => {
    const before = requests[index - 1]
    return before !== undefined && (before.endingMs === undefined || before.endingMs > request.arrivedMs) && (before.closedMs === undefined || before.closedMs > request.arrivedMs)
  })
  if (second < 0) return seen.cutShort ? inapplicable(words, 'the budget of the run was spent before another could have come') : finding(true, words, `${requests.length} requests, each after the end of the one before`)
  return finding(false, words, `request ${second + 1} came while request ${second} was still open`)
}

/** So many events were delivered before what waits at the gate was sent. */
export function inTime(seen: SseClientSeen, count: number, gate: string, name = only): Finding {
  const words = `${count === 1 ? 'an event' : `${count} events`} without waiting for what comes behind`
  const client = seen.client(name)
  const [request] = client ? seen.requests(client.path) : []
  const sentMs = request?.gates[gate]
  if (!client || !request || sentMs === undefined) return unproven(words, 'the client never asked for the stream')
  const first = client.states.find(({ events }) => events >= count)
  if (first && first.atMs <= sentMs) return finding(true, words, `after ${milliseconds(first.atMs - request.arrivedMs)}`)
  return absent(seen, words, `none in ${milliseconds(sentMs - request.arrivedMs)}, until more was sent`)
}

/** The client tells that it is open before any event was sent. */
export function opensBefore(seen: SseClientSeen, gate: string, name = only): Finding {
  const words = 'the state "open" before any event was sent'
  const client = seen.client(name)
  const [request] = client ? seen.requests(client.path) : []
  if (!client || !request) return unproven(words, 'the client never asked for the stream')
  const sentMs = request.gates[gate] ?? seen.untilMs
  const open = client.states.find(({ state }) => state === 'open')
  const saw = client.states.map(({ state, atMs }) => `${state} at +${milliseconds(atMs - request.arrivedMs)}`).join(', ')
  if (open && open.atMs <= sentMs) return finding(true, words, saw)
  if (open && open.events === 0) return finding(true, words, saw)
  return absent(seen, words, `${saw}; the first event was sent at +${milliseconds(sentMs - request.arrivedMs)}`)
}

/** Nothing was delivered that was sent after the client had been closed. */
export function silentAfter(seen: SseClientSeen, expected: readonly ExpectedEvent[], name = only): Finding {
  const words = `${eventsWords(expected)} and nothing after the close`
  const client = seen.client(name)
  if (!client) return unproven(words, 'the client was not connected')
  const same = client.count === expected.length && expected.every((event, index) => sameEvent(recordEvent({ type: 'message', lastEventId: '', ...event }), client.events[index] ?? noEvent))
  if (client.count < expected.length) return unproven(words, `only ${client.count} events had come when it was closed`)
  return finding(same, words, deliveredEvents(client, expected))
}

/** The claim of an absence, which a harness that was held up itself must not make. */
export function absent(seen: SseClientSeen, words: string, saw: string): Finding {
  if (seen.cutShort) return inapplicable(words, 'the budget of the run was spent before it could have come')
  if (seen.lagMs > ownDelayMs) return unproven(words, `the harness itself was held up for ${milliseconds(seen.lagMs)}, so nothing can be said of what did not come`, saw)
  return finding(false, words, saw)
}

export function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms)} ms`
}

/** The state that a client told at last. */
export function lastState(client: ClientSeen | undefined): string {
  return client?.states.at(-1)?.state ?? 'nothing'
}

const noEvent = { type: '', data: '', lastEventId: '' }

function notBack(seen: SseClientSeen, words: string, requests: readonly StreamRequest[]): Finding {
  const last = requests.at(-1)
  if (!last) return unproven(words, 'no request arrived')
  return absent(seen, words, `${requests.length === 1 ? 'one request' : `${requests.length} requests`}, and none in the ${milliseconds(seen.untilMs - (last.endingMs ?? last.arrivedMs))} after the last was answered`)
}

function hex(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('hex').replace(/..(?=.)/g, '$& ')
}
