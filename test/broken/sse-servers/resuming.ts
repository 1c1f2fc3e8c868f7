import type { StreamedEvent } from '../../../reference/sse-server/event.ts'
import { encode } from '../../../reference/sse-server/encode.ts'
import type { Log } from '../../../reference/sse-server/log.ts'
import { honestParts, resume } from '../../../reference/sse-server/parts.ts'
import { deliverFromLog, type Stream } from '../../../reference/sse-server/stream.ts'
import { because, brokenSseServer, type BrokenSseServers } from './broken-sse-server.ts'
import { resumeBy } from './resume-by.ts'

/** What is wrong with ids, and with what comes after one. */
export const brokenResuming: BrokenSseServers = {
  'some-events-without-id': brokenSseServer({
    requirement: 'sse-resume-id-present',
    fault: 'gives no id to an event with empty data',
    parts: () => ({ encode: (event) => (event.data === '' ? encode(event).replace(/^id: .*\n/, '') : encode(event)) }),
  }),
  'ids-with-accents': brokenSseServer({
    requirement: 'sse-resume-id-printable',
    fault: 'gives ids with letters beyond ASCII',
    parts: () => ({ newEpoch: () => `événement-${honestParts.newEpoch()}` }),
  }),
  'ids-as-tokens': brokenSseServer({
    requirement: 'sse-resume-id-bounded',
    fault: 'gives ids of 200 characters, which hold all that it wants to know again',
    parts: () => ({ newEpoch: () => honestParts.newEpoch().padEnd(200, 'x') }),
  }),
  'ids-of-the-second': brokenSseServer({
    requirement: 'sse-resume-id-unique',
    fault: 'gives two events in a row the same id, as a clock would',
    alsoFails: because('an id that two events share cannot say behind which of them', 'sse-resume-no-gap', 'sse-resume-no-duplicate', 'sse-resume-while-publishing', 'sse-resume-again', 'sse-resume-across-disconnect', 'sse-resume-tail', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-foreign', 'sse-resume-retention-edge', 'sse-resume-evicted', 'sse-resume-id-stable', 'sse-resume-then-live', 'sse-resume-order', 'sse-resume-unknown'),
    parts: () => ({ encode: (event) => encode({ ...event, id: event.id.replace(/\d+$/, (number) => String(Number(number) - (Number(number) % 2))) }) }),
  }),
  'ids-of-the-connection': brokenSseServer({
    requirement: 'sse-resume-id-stable',
    fault: 'gives an event another id on every connection',
    parts() {
      const names = new WeakMap<Stream, number>()
      let connections = 0
      return {
        encode(event, stream) {
          const name = names.get(stream) ?? (connections += 1)
          names.set(stream, name)
          return encode({ ...event, id: `${event.id}.${name}` })
        },
        ...resumeBy((id, selection, log) => resume(id.replace(/\.\d+$/, ''), selection, log)),
      }
    },
  }),
  'counts-from-behind-the-next': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'goes on one event too late',
    alsoFails: because('whoever resumes misses the next event', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge', 'sse-resume-tail', 'sse-resume-then-live'),
    parts: () => resumeBy((id, selection, log) => later(resume(id, selection, log), 1)),
  }),
  'one-of-ten-thousand-lost': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'loses one event of ten thousand when it replays them',
    parts: () => ({ selects: (selection, event, stream) => !(event.position - (stream.liveFrom - 5000) === 0 && isReplayed(event, stream)) && honestParts.selects(selection, event, stream) }),
  }),
  'replays-a-thousand': brokenSseServer({
    requirement: 'sse-resume-no-gap',
    fault: 'replays the newest thousand events and leaves out the others',
    parts: () => ({ selects: (selection, event, stream) => event.position >= stream.liveFrom - 1000 && honestParts.selects(selection, event, stream) }),
  }),
  'begins-with-the-event-itself': brokenSseServer({
    requirement: 'sse-resume-no-duplicate',
    fault: 'begins with the event of the id, which the client has',
    alsoFails: because('the event of the id comes again', 'sse-resume-while-publishing', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge', 'sse-resume-foreign'),
    parts: () => resumeBy((id, selection, log) => later(resume(id, selection, log), -1)),
  }),
  'one-of-ten-thousand-twice': brokenSseServer({
    requirement: 'sse-resume-no-duplicate',
    fault: 'repeats one event of ten thousand when it replays them',
    parts: () => ({ encode: (event, stream) => encode(event).repeat(isReplayed(event, stream) && event.position === stream.liveFrom - 5000 ? 2 : 1) }),
  }),
  'replays-backwards': brokenSseServer({
    requirement: 'sse-resume-order',
    fault: 'replays the newest event first',
    alsoFails: because('a client that goes away during the replay has the newest id and misses the rest', 'sse-resume-while-publishing', 'sse-resume-no-gap', 'sse-stream-order'),
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
    alsoFails: because('a client that goes away before the old events came has the id of a new one and misses them', 'sse-resume-while-publishing', 'sse-resume-no-gap', 'sse-stream-order'),
    parts: () => ({
      deliver(stream, log) {
        if (stream.position < stream.liveFrom) {
          const old = [...log.from(stream.position)].filter((event) => isReplayed(event, stream))
          stream.position = stream.liveFrom
          setTimeout(() => old.forEach((event) => stream.send(event)), 40)
        }
        deliverFromLog(stream, log)
      },
    }),
  }),
  'replays-and-falls-silent': brokenSseServer({
    requirement: 'sse-resume-then-live',
    fault: 'replays what it has and never writes a live event to a client that resumed',
    alsoFails: because('whatever is published after somebody resumed does not come', 'sse-resume-no-gap', 'sse-resume-tail', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-again', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-retention-edge'),
    parts: () => ({ selects: (selection, event, stream) => (stream.request.lastEventId ?? '') === '' || isReplayed(event, stream) ? honestParts.selects(selection, event, stream) : false }),
  }),
  'subscribes-after-replay': brokenSseServer({
    requirement: 'sse-resume-while-publishing',
    fault: 'subscribes a moment after it has replayed, and misses what is published in between',
    alsoFails: because('what is published in the moment after somebody resumed does not come', 'sse-resume-then-live', 'sse-resume-tail', 'sse-resume-across-disconnect', 'sse-resume-no-gap', 'sse-resume-again'),
    parts() {
      const subscribes = new WeakMap<Stream, number>()
      return {
        deliver(stream, log) {
          const at = subscribes.get(stream) ?? performance.now() + 15
          const replays = !subscribes.has(stream)
          subscribes.set(stream, at)
          if ((stream.request.lastEventId ?? '') === '' || replays || performance.now() > at) deliverFromLog(stream, log)
          else stream.position = log.end
        },
      }
    },
  }),
  'newest-id-is-unknown': brokenSseServer({
    requirement: 'sse-resume-tail',
    fault: 'finds nothing behind the newest id, and takes it for one that it never gave',
    alsoFails: because('whoever has everything cannot resume', 'sse-resume-while-publishing', 'sse-resume-across-disconnect', 'sse-resume-then-live', 'sse-resume-no-gap', 'sse-resume-again', 'sse-resume-order'),
    parts: () => resumeBy((id, selection, log) => (resume(id, selection, log) === log.end ? 'lost' : resume(id, selection, log))),
  }),
  'disconnect-loses-the-next': brokenSseServer({
    requirement: 'sse-resume-across-disconnect',
    fault: 'counts an event as read when it ended the stream before it',
    parts() {
      let ended = false
      return {
        end(stream) {
          ended = true
          honestParts.end(stream)
        },
        ...resumeBy((id, selection, log) => (ended ? later(resume(id, selection, log), 1) : resume(id, selection, log))),
      }
    },
  }),
  'resumes-once': brokenSseServer({
    requirement: 'sse-resume-again',
    fault: 'forgets an id once somebody has resumed behind it',
    alsoFails: because('the same id is unknown when it is asked for again', 'sse-resume-while-publishing'),
    parts() {
      const used = new Set<string>()
      return resumeBy(function once(id, selection, log) {
        if (used.has(id)) return 'lost'
        const found = resume(id, selection, log)
        if (found !== 'lost') used.add(id)
        return found
      })
    },
  }),
  'last-client-takes-the-replay': brokenSseServer({
    requirement: 'sse-resume-again',
    fault: 'removes events from its history as it replays them',
    alsoFails: because('what was replayed to one client is not there for the next', 'sse-resume-while-publishing', 'sse-resume-no-gap', 'sse-resume-id-stable', 'sse-resume-keeps-types', 'sse-resume-keeps-resource', 'sse-resume-foreign', 'sse-resume-order', 'sse-resume-then-live', 'sse-resume-across-disconnect', 'sse-resume-retention-edge'),
    parts() {
      const taken = new Set<number>()
      return {
        selects(selection, event, stream) {
          if (!honestParts.selects(selection, event, stream) || (isReplayed(event, stream) && taken.has(event.position))) return false
          if (isReplayed(event, stream)) taken.add(event.position)
          return true
        },
      }
    },
  }),
  ...evictionAtTheEdge(),
}

/** The same length of history counts as one too many. */
function evictionAtTheEdge(): BrokenSseServers {
  return {
    'oldest-kept-is-evicted': brokenSseServer({
      requirement: 'sse-resume-retention-edge',
      fault: 'takes the oldest event that it keeps for one that it has evicted',
      parts: () => resumeBy((id, selection, log) => (isOldest(log, id) ? 'lost' : resume(id, selection, log))),
    }),
    'edge-loses-one': brokenSseServer({
      requirement: 'sse-resume-retention-edge',
      fault: 'leaves out the event after the oldest that it keeps',
      parts: () => resumeBy((id, selection, log) => (isOldest(log, id) ? later(resume(id, selection, log), 1) : resume(id, selection, log))),
    }),
  }
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

