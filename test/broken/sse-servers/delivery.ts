import type { ServerResponse } from 'node:http'
import type { StreamedEvent } from '../../../reference/sse-server/event.ts'
import { encode } from '../../../reference/sse-server/encode.ts'
import type { Log } from '../../../reference/sse-server/log.ts'
import { honestParts } from '../../../reference/sse-server/parts.ts'
import { selects, type StreamRequest } from '../../../reference/sse-server/request.ts'
import { deliverFromLog, type Stream } from '../../../reference/sse-server/stream.ts'
import { because } from '../broken-target.ts'
import { brokenSseServer, type BrokenSseServers } from './broken-sse-server.ts'

/** What is wrong with who gets which events, and when. */
export const brokenDelivery: BrokenSseServers = {
  'waits-for-the-next-event': brokenSseServer({
    requirement: 'sse-stream-flush',
    fault: 'writes an event when the next one is published',
    message: /together with the next one/,
    alsoFails: because('the last of several events does not come before another one is published', 'sse-stream-flush-compressed', 'sse-stream-every-client', 'sse-stream-many-clients', 'sse-stream-heartbeat-silent', 'sse-stream-slow-client', 'sse-stream-slow-no-gap', 'sse-stream-event-ends', 'sse-resume-no-gap', 'sse-resume-then-live', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-while-publishing', 'sse-resume-again', 'sse-resume-retention-edge', 'sse-stream-released'),
    parts() {
      const held = new WeakMap<Stream, StreamedEvent>()
      return {
        deliver(stream, log) {
          for (const event of log.from(stream.position)) {
            if (!stream.hasRoom()) return
            stream.position = event.position + 1
            if (!selects(stream.selection, event)) continue
            const before = held.get(stream)
            if (before) stream.send(before)
            held.set(stream, event)
          }
        },
      }
    },
  }),
  'events-inside-events': brokenSseServer({
    requirement: 'sse-stream-whole-events',
    fault: 'writes an event of some size in two pieces, and lets others in between',
    message: /characters for \d+$/,
    alsoFails: because('its large events arrive in pieces that do not fit', 'sse-stream-data-large', 'sse-stream-slow-no-gap', 'sse-stream-order', 'sse-stream-once', 'sse-resume-id-present', 'sse-resume-id-unique', 'sse-stream-every-client', 'sse-stream-slow-client'),
    parts: () => ({ write: writeInPieces }),
  }),
  'newest-first': brokenSseServer({
    requirement: 'sse-stream-order',
    fault: 'writes events that are published at once in the opposite order',
    message: / before "/,
    alsoFails: because('a client that resumes behind the newest misses those which should have been before it', 'sse-resume-no-gap', 'sse-resume-while-publishing', 'sse-resume-order'),
    parts: () => ({ deliver: (stream, log) => deliverLater(stream, log) }),
  }),
  'writes-twice': brokenSseServer({
    requirement: 'sse-stream-once',
    fault: 'subscribes a first connection twice, so that it gets every live event twice',
    message: /and again at byte/,
    parts: () => ({ encode: (event, stream) => (isFirst(stream.request) && event.position >= stream.liveFrom ? encode(event).repeat(2) : encode(event)) }),
  }),
  'one-client-takes-it': brokenSseServer({
    requirement: 'sse-stream-every-client',
    fault: 'gives each event to one of the clients that are connected, in turn',
    message: / lost: |did not come/,
    alsoFails: because('other clients take events away', 'sse-stream-many-clients', 'sse-stream-flush', 'sse-stream-flush-compressed', 'sse-stream-order', 'sse-stream-once', 'sse-stream-slow-client', 'sse-stream-slow-no-gap', 'sse-stream-whole-events', 'sse-stream-heartbeat-silent', 'sse-stream-released', 'sse-stream-event-ends', 'sse-stream-data-lines', 'sse-stream-data-carriage-return', 'sse-stream-data-no-injection', 'sse-stream-data-spaces', 'sse-stream-data-empty', 'sse-stream-data-unicode', 'sse-stream-data-large', 'sse-stream-types-filter', 'sse-stream-types-exact', 'sse-stream-resource', 'sse-resume-no-gap', 'sse-resume-then-live', 'sse-resume-while-publishing', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-id-stable', 'sse-resume-retention-edge', 'sse-resume-empty-id'),
    parts() {
      let turn = 0
      return { deliver: deliverNothingOld, awake: (streams) => streams.slice((turn += 1) % streams.length, (turn % streams.length) + 1) }
    },
  }),
  'ninety-clients': brokenSseServer({
    requirement: 'sse-stream-many-clients',
    fault: 'tells the first ninety clients of an event',
    message: /nothing on 10 of 100/,
    parts: () => ({ awake: (streams) => streams.slice(0, 90) }),
  }),
  'replays-to-everybody': brokenSseServer({
    requirement: 'sse-stream-first-is-live',
    fault: 'begins every stream with all that it has',
    message: /from before/,
    parts: () => ({ place: (request, selection, log, setting) => (isFirst(request) ? log.first : honestParts.place(request, selection, log, setting)) }),
  }),
  'never-a-heartbeat': brokenSseServer({
    requirement: 'sse-stream-heartbeat',
    fault: 'writes nothing as long as there is no event',
    message: /without a byte/,
    parts: () => ({ heartbeat: () => '', write: (response, text) => void (text === '' || response.write(text)) }),
  }),
  'heartbeat-as-event': brokenSseServer({
    requirement: 'sse-stream-heartbeat-silent',
    fault: 'sends an event of type heartbeat in place of a comment',
    message: /type "heartbeat"/,
    alsoFails: because('its heartbeats are events, and have no id', 'sse-resume-id-present'),
    parts: () => ({ heartbeat: () => ':\n\nevent: heartbeat\ndata: {}\n\n' }),
  }),
  'heartbeat-with-id': brokenSseServer({
    requirement: 'sse-stream-heartbeat-silent',
    fault: 'gives its heartbeats an id, behind which nothing can be resumed',
    message: /id "heartbeat"/,
    alsoFails: because('the id of a heartbeat is none of an event', 'sse-resume-id-unique'),
    parts: () => ({ heartbeat: () => ':\nid: heartbeat\n\n' }),
  }),
  'filter-ignored': brokenSseServer({
    requirement: 'sse-stream-types-filter',
    fault: 'sends every type to a client that asked for one',
    message: /of type "other/,
    alsoFails: because('types that were not asked for come, on resumed streams and under similar names too', 'sse-stream-types-exact', 'sse-resume-keeps-types'),
    parts: () => ({ selects: ({ key }, event) => selects(key === undefined ? {} : { key }, event) }),
  }),
  'types-by-their-beginning': brokenSseServer({
    requirement: 'sse-stream-types-exact',
    fault: 'compares types by their beginning',
    message: /of type /,
    parts: () => ({ selects: ({ types, key }, event) => selects(key === undefined ? {} : { key }, event) && (types === undefined || [...types].some((type) => event.type.startsWith(type))) }),
  }),
  'types-in-any-case': brokenSseServer({
    requirement: 'sse-stream-types-exact',
    fault: 'compares types without their case',
    message: /of type .*PART/,
    parts: () => ({ selects: ({ types, key }, event) => selects(key === undefined ? {} : { key }, event) && (types === undefined || [...types].some((type) => event.type.toLowerCase() === type.toLowerCase())) }),
  }),
  'first-type-of-the-list': brokenSseServer({
    requirement: 'sse-stream-types-exact',
    fault: 'takes the first of several types that are asked for',
    message: /lost|did not come/,
    alsoFails: because('a list selects a part of what it names', 'sse-stream-types-filter', 'sse-resume-keeps-types'),
    parts: () => ({ selects: ({ types, key }, event) => selects({ ...(types && { types: new Set([...types].slice(0, 1)) }), ...(key !== undefined && { key }) }, event) }),
  }),
  'every-resource': brokenSseServer({
    requirement: 'sse-stream-resource',
    fault: 'carries the events of every resource on the stream of one',
    message: / about /,
    alsoFails: because('a resumed stream of one resource carries the others too', 'sse-resume-keeps-resource'),
    parts: () => ({ selects: ({ types }, event) => selects(types === undefined ? {} : { types }, event) }),
  }),
  'waits-for-the-slowest': brokenSseServer({
    requirement: 'sse-stream-slow-client',
    fault: 'writes to nobody while one client does not take what was written',
    message: /did not come/,
    parts: () => ({ awake: (streams) => (streams.some(({ response }) => response.writableLength > 65_536) ? [] : streams), deliver: deliverFromLog }),
  }),
  'drops-for-slow-clients': brokenSseServer({
    requirement: 'sse-stream-slow-no-gap',
    fault: 'leaves out events for a client whose buffer is full',
    message: /left out/,
    parts: () => ({
      deliver(stream, log) {
        if (!isFirst(stream.request)) return deliverFromLog(stream, log)
        for (const event of log.from(stream.position)) {
          stream.position = event.position + 1
          if (stream.hasRoom()) stream.send(event)
        }
      },
    }),
  }),
}

/** No `Last-Event-ID`. */
function isFirst({ lastEventId = '' }: StreamRequest): boolean {
  return lastEventId === ''
}

/** Of an event beyond 3600 characters the second half goes out a moment later; everything else goes out when it comes. */
function writeInPieces(response: ServerResponse, text: string): void {
  const half = text.length > 3600 ? text.length >> 1 : text.length
  response.write(text.slice(0, half))
  if (half < text.length) setTimeout(() => response.writable && response.write(text.slice(half)), 10)
}

/** Collects live events for a moment and writes them from the last to the first. */
function deliverLater(stream: Stream, log: Log): void {
  if (stream.position < stream.liveFrom || !isFirst(stream.request)) return deliverFromLog(stream, log)
  const waiting = [...log.from(stream.position)]
  stream.position = log.end
  const known = collected.get(stream)
  if (known) return void known.push(...waiting)
  const events = [...waiting]
  collected.set(stream, events)
  setTimeout(() => {
    collected.delete(stream)
    for (const event of events.reverse()) stream.send(event)
  }, 5)
}
const collected = new WeakMap<Stream, StreamedEvent[]>()

/** What was not given to this client when it was published is given to it never. */
function deliverNothingOld(stream: Stream, log: Log): void {
  if (stream.position >= stream.liveFrom) stream.position = Math.max(stream.position, log.end - 1)
  deliverFromLog(stream, log)
}
