import type { StreamedEvent } from '../../../reference/sse-server/event.ts'
import { encode } from '../../../reference/sse-server/encode.ts'
import type { Log } from '../../../reference/sse-server/log.ts'
import { honestParts, resume } from '../../../reference/sse-server/parts.ts'
import type { StreamRequest } from '../../../reference/sse-server/request.ts'
import { deliverFromLog, type Stream } from '../../../reference/sse-server/stream.ts'
import { because } from '../broken-target.ts'
import { brokenSseServer, type BrokenSseServers } from './broken-sse-server.ts'
import { resumeBy } from './resume-by.ts'

/** What is wrong with ids, and with what comes after one. */
export const brokenResuming: BrokenSseServers = {
  'first-event-without-id': brokenSseServer({
    requirement: 'sse-resume-id-present',
    fault: 'gives no id to the first event of a connection',
    message: /saw none with the event/,
    parts() {
      const begun = new WeakSet<Stream>()
      return {
        encode(event, stream) {
          if (begun.has(stream)) return encode(event)
          begun.add(stream)
          return encode(event).replace(/^id: .*\n/, '')
        },
      }
    },
  }),
  'ids-with-accents': brokenSseServer({
    requirement: 'sse-resume-id-printable',
    fault: 'gives ids with letters beyond ASCII',
    message: /événement/,
    parts: () => ({ newEpoch: () => `événement-${honestParts.newEpoch()}` }),
  }),
  'ids-as-tokens': brokenSseServer({
    requirement: 'sse-resume-id-bounded',
    fault: 'gives ids of 200 characters, which hold all that it wants to know again',
    message: /204 bytes|bytes/,
    parts: () => ({ newEpoch: () => honestParts.newEpoch().padEnd(200, 'x') }),
  }),
  'ids-of-the-second': brokenSseServer({
    requirement: 'sse-resume-id-unique',
    fault: 'gives two events in a row the same id, as a clock would',
    message: /and at byte/,
    alsoFails: because('an id that two events share cannot say behind which of them', 'sse-resume-no-gap', 'sse-resume-no-duplicate', 'sse-resume-while-publishing', 'sse-resume-again', 'sse-resume-across-disconnect', 'sse-resume-tail', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-foreign', 'sse-resume-retention-edge', 'sse-resume-evicted', 'sse-resume-id-stable', 'sse-resume-then-live', 'sse-resume-order', 'sse-resume-unknown'),
    parts: () => ({ encode: (event) => encode({ ...event, id: event.id.replace(/\d+$/, (number) => String(Number(number) - (Number(number) % 2))) }) }),
  }),
  'nothing-behind-is-lost': brokenSseServer({
    requirement: 'sse-resume-tail',
    fault: 'finds nothing behind the newest id, and takes that for an id that it lost',
    message: /410, although .* is kept/,
    alsoFails: because('the newest of what is kept is refused there as well', 'sse-resume-retention-edge', 'sse-resume-while-publishing', 'sse-resume-epoch'),
    parts: () => resumeBy((id, selection, log) => (log.find(id)?.position === log.end - 1 ? 'lost' : resume(id, selection, log))),
  }),
  'ids-of-the-connection': brokenSseServer({
    requirement: 'sse-resume-id-stable',
    fault: 'gives an event another id on every connection',
    message: /on connection 1/,
    parts() {
      const names = new WeakMap<Stream, number>()
      let connections = 0
      return {
        encode(event, stream) {
          const name = names.get(stream) ?? (connections += 1)
          names.set(stream, name)
          return encode({ ...event, id: `${event.id}.${name}` })
        },
        ...resumeBy((id, selection, log) => resume(Number(id.split('.')[1]) <= connections ? (id.split('.')[0] ?? '') : id, selection, log)),
      }
    },
  }),
  'counts-from-behind-the-next': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'goes on one event too late',
    message: /saw 1 of \d+ lost/,
    alsoFails: because('whoever resumes misses the next event', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge', 'sse-resume-tail', 'sse-resume-then-live'),
    parts: () => resumeBy((id, selection, log) => later(resume(id, selection, log), 1)),
  }),
  'one-of-ten-thousand-lost': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'loses one event of ten thousand when it replays them',
    message: /saw 1 of \d{4} lost/,
    parts: () => ({ selects: (selection, event, stream) => !(event.position - (stream.liveFrom - 5000) === 0 && isReplayed(event, stream)) && honestParts.selects(selection, event, stream) }),
  }),
  'replays-a-thousand': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'replays the newest thousand events and leaves out the others',
    message: /\d{4} of \d{4} lost/,
    parts: () => ({ selects: (selection, event, stream) => event.position >= stream.liveFrom - 1000 && honestParts.selects(selection, event, stream) }),
  }),
  'begins-with-the-event-itself': brokenSseServer({
    requirement: 'sse-resume-no-duplicate',
    fault: 'begins with the event of the id, which the client has',
    message: /1 again/,
    alsoFails: because('the event of the id comes again', 'sse-resume-while-publishing', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge', 'sse-resume-foreign'),
    parts: () => resumeBy((id, selection, log) => later(resume(id, selection, log), -1)),
  }),
  'one-of-ten-thousand-twice': brokenSseServer({
    requirement: 'sse-resume-no-duplicate',
    fault: 'repeats one event of ten thousand when it replays them',
    message: /1 twice/,
    parts: () => ({ encode: (event, stream) => encode(event).repeat(isReplayed(event, stream) && event.position === stream.liveFrom - 5000 ? 2 : 1) }),
  }),
  'replays-backwards': brokenSseServer({
    requirement: 'sse-resume-order',
    fault: 'replays the newest event first',
    message: / before "/,
    alsoFails: because('a client that goes away during the replay has the newest id and misses the rest', 'sse-resume-while-publishing', 'sse-resume-no-gap', 'sse-resume-across-disconnect', 'sse-resume-retention-edge', 'sse-stream-order'),
    parts: () => ({
      deliver(stream, log) {
        const old = [...log.from(stream.position)].filter((event) => isReplayed(event, stream)).reverse()
        stream.position = Math.max(stream.position, stream.liveFrom)
        for (const event of old) stream.send(event)
        deliverFromLog(stream, log)
      },
    }),
  }),
  'live-before-replay': brokenSseServer({
    requirement: 'sse-resume-order',
    fault: 'loads old events while it already writes new ones',
    message: / before "/,
    alsoFails: because('a client that goes away before the old events came has the id of a new one and misses them', 'sse-resume-while-publishing', 'sse-resume-no-gap', 'sse-resume-across-disconnect', 'sse-resume-retention-edge', 'sse-stream-order'),
    parts() {
      const loading = new WeakMap<Stream, readonly StreamedEvent[]>()
      const loaded = (stream: Stream): void => {
        for (const event of loading.get(stream) ?? []) stream.send(event)
        loading.delete(stream)
      }
      return {
        deliver(stream, log) {
          if (stream.position < stream.liveFrom) {
            loading.set(stream, [...log.from(stream.position)].filter((event) => isReplayed(event, stream)))
            stream.position = stream.liveFrom
            setTimeout(() => loaded(stream), 100)
            return
          }
          const position = stream.position
          deliverFromLog(stream, log)
          if (stream.position > position) loaded(stream)
        },
      }
    },
  }),
  'replays-and-falls-silent': brokenSseServer({
    requirement: 'sse-resume-then-live',
    fault: 'replays what it has and never writes a live event to a client that resumed',
    message: /saw none of/,
    alsoFails: because('whatever is published after somebody resumed does not come', 'sse-resume-no-gap', 'sse-resume-tail', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge'),
    parts: () => ({ selects: (selection, event, stream) => (stream.request.lastEventId ?? '') === '' || isReplayed(event, stream) ? honestParts.selects(selection, event, stream) : false }),
  }),
  'subscribes-after-replay': brokenSseServer({
    requirement: 'sse-resume-while-publishing',
    fault: 'subscribes after it has replayed, and misses what is published in between where much is published',
    message: / lost: /,
    alsoFails: because('an event that is published just after somebody resumed does not come', 'sse-resume-no-gap', 'sse-resume-then-live'),
    parts() {
      const missing = new WeakMap<StreamRequest, string>()
      return {
        place(request, selection, log, setting) {
          const type = log.find(request.lastEventId ?? '')?.type
          const busy = type !== undefined && [...log.from(Math.max(log.first, log.end - 500))].filter((event) => event.type === type).length > 20
          if (busy) missing.set(request, type)
          return honestParts.place(request, selection, log, setting)
        },
        selects(selection, event, stream) {
          const missed = !isReplayed(event, stream) && missing.get(stream.request) === event.type
          if (missed) missing.delete(stream.request)
          return !missed && honestParts.selects(selection, event, stream)
        },
      }
    },
  }),
  'newest-comes-again': brokenSseServer({
    requirement: 'sse-resume-tail',
    fault: 'repeats the newest event to whoever has it',
    message: /1 again/,
    alsoFails: because('the newest event comes twice', 'sse-resume-no-duplicate', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-retention-edge'),
    parts: () => resumeBy((id, selection, log) => (isLastOfItsType(log, id) ? later(resume(id, selection, log), -1) : resume(id, selection, log))),
  }),
  'disconnect-loses-the-next': brokenSseServer({
    requirement: 'sse-resume-across-disconnect',
    fault: 'leaves the event out before which it ended a stream',
    message: /saw 1 of \d lost: .*between 1/,
    parts() {
      const cuts = new Set<number>()
      return {
        end(stream) {
          cuts.add(stream.position)
          honestParts.end(stream)
        },
        selects: (selection, event, stream) => !(isReplayed(event, stream) && cuts.has(event.position)) && honestParts.selects(selection, event, stream),
      }
    },
  }),
  'resumes-once': brokenSseServer({
    requirement: 'sse-resume-again',
    fault: 'replays nothing behind an id behind which somebody has resumed before',
    message: /not the second time/,
    alsoFails: because('a client that comes back with the same id misses what is behind it', 'sse-resume-while-publishing', 'sse-resume-across-disconnect'),
    parts() {
      const used = new Set<string>()
      return resumeBy(function once(id, selection, log) {
        const found = resume(id, selection, log)
        if (found === 'lost') return found
        const again = used.has(id)
        used.add(id)
        return again ? log.end : found
      })
    },
  }),
  'edge-loses-one': brokenSseServer({
    requirement: 'sse-resume-retention-edge',
    fault: 'leaves out the event after the oldest that it keeps',
    message: /saw 1 of \d lost/,
    parts: () => resumeBy((id, selection, log) => (isOldest(log, id) ? later(resume(id, selection, log), 1) : resume(id, selection, log))),
  }),
}

/** No event of the same type was published after it, as far as it is kept. */
function isLastOfItsType(log: Log, id: string): boolean {
  const event = log.find(id)
  return event !== undefined && [...log.from(event.position + 1)].every(({ type }) => type !== event.type)
}

function isOldest(log: Log, id: string): boolean {
  return log.first > 0 && log.find(id)?.position === log.first
}

function isReplayed(event: StreamedEvent, stream: Stream): boolean {
  return event.position < stream.liveFrom
}

function later(position: number | 'lost', by: number): number | 'lost' {
  return position === 'lost' ? 'lost' : position + by
}

