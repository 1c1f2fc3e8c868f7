import { encode } from '../../../reference/sse-server/encode.ts'
import type { Log } from '../../../reference/sse-server/log.ts'
import { honestParts, resume } from '../../../reference/sse-server/parts.ts'
import { selects, type StreamRequest } from '../../../reference/sse-server/request.ts'
import { because } from '../broken-target.ts'
import { brokenSseServer, type BrokenSseServers } from './broken-sse-server.ts'
import { resumeBy } from './resume-by.ts'

/** What is wrong with ids behind which nothing can be resumed, and with what a resumed stream is to carry. */
export const brokenLosses: BrokenSseServers = {
  'silent-gap': brokenSseServer({
    requirement: 'sse-resume-evicted',
    fault: 'begins with the oldest event it has when those after the id are gone',
    message: /as if nothing were missing/,
    parts: () => resumeBy((id, selection, log) => (isEvicted(log, id) ? log.first : resume(id, selection, log))),
  }),
  'evicted-goes-live': brokenSseServer({
    requirement: 'sse-resume-evicted',
    fault: 'goes on live when the events after the id are gone',
    message: /saw 200 to/,
    parts: () => resumeBy((id, selection, log) => (isEvicted(log, id) ? log.end : resume(id, selection, log))),
  }),
  'unknown-replays-everything': brokenSseServer({
    requirement: 'sse-resume-unknown',
    fault: 'replays everything to a client whose id it does not know',
    message: /as if nothing were missing/,
    alsoFails: because('ids from before a reset and malformed ones are unknown too', 'sse-resume-epoch', 'sse-resume-malformed'),
    parts: () => resumeBy((id, selection, log) => (isUnknown(log, id) ? log.first : resume(id, selection, log))),
  }),
  'unknown-goes-live': brokenSseServer({
    requirement: 'sse-resume-unknown',
    fault: 'ignores an id that it does not know',
    message: /saw 200 to/,
    alsoFails: because('ids from before a reset and malformed ones are unknown too', 'sse-resume-epoch', 'sse-resume-malformed'),
    parts: () => resumeBy((id, selection, log) => (isUnknown(log, id) ? log.end : resume(id, selection, log))),
  }),
  'long-id-is-an-error': brokenSseServer({
    requirement: 'sse-resume-malformed',
    fault: 'answers 500 to an id that its database does not take',
    message: /saw 500 to/,
    parts: () =>
      resumeBy(function queried(id, selection, log) {
        if (id.length > 255) throw new RangeError('value too long for type character varying(255)')
        return resume(id, selection, log)
      }),
  }),
  'odd-letters-are-an-error': brokenSseServer({
    requirement: 'sse-resume-malformed',
    fault: 'answers 500 to an id with letters that it cannot decode',
    message: /saw 500 to/,
    parts: () =>
      resumeBy(function decodedFirst(id, selection, log) {
        if (/[^\x20-\x7e]/.test(id)) throw new RangeError('invalid byte sequence')
        return resume(id, selection, log)
      }),
  }),
  'counts-on-from-a-snapshot': brokenSseServer({
    requirement: 'sse-resume-epoch',
    fault: 'counts on after a reset from a number that it had stored eight events before',
    message: / again: "evt-/,
    alsoFails: because('an id comes again', 'sse-resume-id-unique', 'sse-resume-id-stable'),
    parts() {
      let resets = 0
      const idOf = (position: number): string => `evt-${position - 8 * resets}`
      return {
        newEpoch() {
          resets += 1
          return ''
        },
        encode: (event) => encode({ ...event, id: idOf(event.position) }),
        ...resumeBy((id, selection, log) => {
          const found = [...log.from(log.first)].find(({ position }) => idOf(position) === id)
          return found && (selection.key === undefined || selection.key === found.key) ? found.position + 1 : resume(id, selection, log)
        }),
      }
    },
  }),
  'counts-from-one-after-a-reset': brokenSseServer({
    requirement: 'sse-resume-epoch',
    fault: 'starts to count at one again after each reset',
    message: / again: "evt-/,
    alsoFails: because('an id comes again', 'sse-resume-id-unique', 'sse-resume-id-stable'),
    parts: () => ({ newEpoch: () => 'evt' }),
  }),
  'resumed-gets-every-type': brokenSseServer({
    requirement: 'sse-resume-keeps-types',
    fault: 'forgets the filter when it resumes',
    message: /of type "other/,
    parts: () => ({ selects: ({ types, key }, event, { request }) => selects({ ...((request.lastEventId ?? '') === '' && types && { types }), ...(key !== undefined && { key }) }, event) }),
  }),
  'filter-counts-as-read': brokenSseServer({
    requirement: 'sse-resume-keeps-types',
    fault: 'replays nothing to a client that asked for some types',
    message: / lost: /,
    parts: () => ({ place: (request, selection, log, setting) => (selection.types && (request.lastEventId ?? '') !== '' && resume(request.lastEventId ?? '', selection, log) !== 'lost' ? log.end : honestParts.place(request, selection, log, setting)) }),
  }),
  'resumed-gets-every-resource': brokenSseServer({
    requirement: 'sse-resume-keeps-resource',
    fault: 'replays the events of every resource to the stream of one',
    message: / about /,
    parts: () => ({ selects: ({ types, key }, event, stream) => selects({ ...(types && { types }), ...(key !== undefined && event.position >= stream.liveFrom && { key }) }, event) }),
  }),
  'stream-of-the-id': brokenSseServer({
    requirement: 'sse-resume-foreign',
    fault: 'replays the stream that the id belongs to, whichever was asked for',
    message: / about /,
    parts() {
      const keys = new WeakMap<StreamRequest, string>()
      return {
        place(request, selection, log, setting) {
          const event = selection.key === undefined ? undefined : log.find(request.lastEventId ?? '')
          if (event?.key === undefined) return honestParts.place(request, selection, log, setting)
          keys.set(request, event.key)
          return event.position + 1
        },
        selects(selection, event, stream) {
          const key = event.position < stream.liveFrom ? (keys.get(stream.request) ?? selection.key) : selection.key
          return selects({ ...selection, ...(key !== undefined && { key }) }, event)
        },
      }
    },
  }),
  'foreign-id-goes-live': brokenSseServer({
    requirement: 'sse-resume-foreign',
    fault: 'goes on live when the id is of another resource, and leaves out what was published since',
    message: /no signal, and without/,
    parts: () => resumeBy((id, selection, log) => (log.find(id) && resume(id, selection, log) === 'lost' ? log.end : resume(id, selection, log))),
  }),
  'empty-id-is-the-beginning': brokenSseServer({
    requirement: 'sse-resume-empty-id',
    fault: 'replays everything to a client whose id is empty',
    message: /from before/,
    parts: () => ({ place: (request, selection, log, setting) => (request.lastEventId === '' ? log.first : honestParts.place(request, selection, log, setting)) }),
  }),
}

/** Not kept, and with a number below those that are. */
function isEvicted(log: Log, id: string): boolean {
  const [oldest] = log.from(log.first)
  if (log.find(id) || !oldest) return false
  return epochOf(id) === epochOf(oldest.id) && numberOf(id) < numberOf(oldest.id)
}

function isUnknown(log: Log, id: string): boolean {
  return log.find(id) === undefined && !isEvicted(log, id)
}

function epochOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1))
}
