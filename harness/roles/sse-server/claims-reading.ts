import { finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import type { Publication, ReadEvent, ReadStream, SseServerSeen } from './seen.ts'

/** Judges a stream that was answered with 200; whatever else was answered decides nothing here. */
export function on(seen: SseServerSeen, name: string, expected: string, judge: (stream: ReadStream) => Finding): Finding {
  const stream = seen.stream(name)
  if (!stream) return seen.publishes ? unproven(expected, 'the stream was not opened') : inapplicable(expected, 'no event with an id was seen while the stream was watched')
  if (stream.status === 200) return judge(stream)
  if (stream.status === undefined) return seen.publishes ? unproven(expected, `there was no answer within ${seconds(stream.endedMs - stream.startedMs)}${stream.fault === undefined ? '' : `: ${stream.fault}`}`) : inapplicable(expected, `no header section came within ${seconds(stream.endedMs - stream.startedMs)}`)
  return unproven(expected, `the stream was answered with ${stream.status}${throttled(stream) ? ', which says that the target is busy' : ''}`)
}

/** The same for a stream that a target may not have at all: by types, or of one resource. */
export function onSelected(seen: SseServerSeen, name: string, expected: string, judge: (stream: ReadStream) => Finding): Finding {
  const status = seen.stream(name)?.status
  if (status !== undefined && [400, 404, 405, 501].includes(status)) return inapplicable(expected, `the target has no such stream: it answers ${status}`)
  return on(seen, name, expected, judge)
}

export function throttled({ status }: ReadStream): boolean {
  return status === 429 || status === 503
}

/** Events of the case that a stream showed, in its order. */
export function ownOf({ events }: ReadStream): readonly (ReadEvent & { readonly own: number })[] {
  return events.filter((event): event is ReadEvent & { readonly own: number } => event.own !== undefined)
}

/**
 * Events that a stream owes: those that it selects and that were published behind the one it resumed from or, where it did
 * not, after it had shown to be live.
 */
export function owed(seen: SseServerSeen, stream: ReadStream): readonly Publication[] {
  const { asked } = stream
  const first = ownOf(stream)[0]
  return seen.publications.filter((publication) => {
    if (publication.outcome !== 'accepted') return false
    if (asked.types && !asked.types.includes(publication.type)) return false
    if (asked.resource !== undefined && publication.key !== asked.resource) return false
    if (asked.afterOwn !== undefined) return publication.number > asked.afterOwn
    return first !== undefined && (publication.beforeMs >= first.atMs || publication.number === first.own)
  })
}

/** Of the events that a stream owes, those that are lost: one that was published later came, and they did not. */
export function lostOn(seen: SseServerSeen, stream: ReadStream, due = owed(seen, stream)): readonly Publication[] {
  const shown = new Set(ownOf(stream).map(({ own }) => own))
  const latest = due.findLast(({ number }) => shown.has(number))
  if (!latest) return []
  return due.filter((publication) => !shown.has(publication.number) && isBefore(publication, latest))
}

/** Those of which nothing can be said but that they did not come while they were waited for. */
export function awaitedOn(seen: SseServerSeen, stream: ReadStream, due = owed(seen, stream)): readonly Publication[] {
  const shown = new Set(ownOf(stream).map(({ own }) => own))
  const lost = new Set(lostOn(seen, stream, due).map(({ number }) => number))
  return due.filter(({ number }) => !shown.has(number) && !lost.has(number))
}

/**
 * A stream was open, and what it owes did not come for so long that slowness does not explain it.
 *
 * The time counts from the last event of the case that it showed: a stream that still delivers has not stalled, however slowly.
 */
export function stalled({ lagMs }: SseServerSeen, stream: ReadStream, awaited: readonly Publication[]): boolean {
  const [first] = awaited
  if (first === undefined || stream.endedBy !== 'harness') return false
  const fromMs = Math.max(first.afterMs, ownOf(stream).at(-1)?.atMs ?? 0)
  return stream.endedMs - fromMs >= 2500 + 2 * lagMs
}

/** Whether one event was published before another was begun; those of one call are in its order. */
export function isBefore(one: Publication, other: Publication): boolean {
  return one.afterMs <= other.beforeMs || (one.beforeMs === other.beforeMs && one.afterMs === other.afterMs && one.number < other.number)
}

/** Events by the ids that they had on the wire: the first few, and how many. */
export function named(seen: SseServerSeen, numbers: readonly number[]): string {
  const ids = idsByNumber(seen)
  const words = numbers.slice(0, 5).map((number) => {
    const id = ids.get(number)
    return id === undefined ? `"${seen.publications[number]?.name ?? number}"` : `${quote(id, 60)} ("${seen.publications[number]?.name ?? number}")`
  })
  return `${words.join(', ')}${numbers.length > words.length ? ` … ${numbers.length} in all` : ''}`
}

/** The id of each event of the case, as the first stream that showed it gave it. */
export function idsByNumber({ streams }: SseServerSeen): ReadonlyMap<number, string> {
  const ids = new Map<number, string>()
  for (const stream of streams) for (const { own, id } of ownOf(stream)) if (id !== undefined && !ids.has(own)) ids.set(own, id)
  return ids
}

/** Text with everything escaped that could not be seen, cut to a length. */
export function quote(text: string, length = 120): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text
  return JSON.stringify(cut).replace(/[\u007f-\u00a0\u2000-\u200f\u2028-\u202f\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 10) / 100} s`
}

/** An event that was to be published was not taken: nothing about its way can be judged. */
export function notTaken(publications: readonly Publication[], expected: string): Finding | undefined {
  const refused = publications.find(({ outcome }) => outcome !== 'accepted')
  return refused && unproven(expected, `the target did not take the event "${refused.name}": ${refused.detail ?? refused.outcome}`)
}

export { finding, inapplicable, unproven }
