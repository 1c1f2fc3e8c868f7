import type { Log } from '../../../reference/sse-server/log.ts'
import { honestParts, type ServerParts } from '../../../reference/sse-server/parts.ts'
import type { Selection } from '../../../reference/sse-server/request.ts'

/** Places streams that bring an id in another way, and all others honestly. */
export function resumeBy(resume: (id: string, selection: Selection, log: Log) => number | 'lost'): Pick<ServerParts, 'place'> {
  return {
    place: (request, selection, log, setting) => ((request.lastEventId ?? '') === '' ? honestParts.place(request, selection, log, setting) : resume(request.lastEventId ?? '', selection, log)),
  }
}
