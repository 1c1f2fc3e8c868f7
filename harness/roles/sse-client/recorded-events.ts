import { createHash } from 'node:crypto'
import type { DeliveredEvent } from '../../attach/control.ts'
import type { RecordedEvent } from '../../transcript/client-line.ts'

/** Characters of data that are recorded as they are. */
const keptCharacters = 256
const keptNameCharacters = 1024

/** The event as a transcript keeps it: equal events stay equal, different ones different. */
export function recordEvent({ type, data, lastEventId }: DeliveredEvent): RecordedEvent {
  const names = { type: type.slice(0, keptNameCharacters), lastEventId: lastEventId.slice(0, keptNameCharacters) }
  if (data.length <= keptCharacters) return { ...names, data }
  return { ...names, data: data.slice(0, keptCharacters).replace(/[\uD800-\uDBFF]$/, ''), length: data.length, sha256: createHash('sha256').update(data, 'utf16le').digest('hex') }
}

export function sameEvent(a: RecordedEvent, b: RecordedEvent): boolean {
  return a.type === b.type && a.data === b.data && a.lastEventId === b.lastEventId && a.length === b.length && a.sha256 === b.sha256
}
