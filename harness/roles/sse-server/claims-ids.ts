import type { Finding } from '../../claim.ts'
import { finding, inapplicable, named, ownOf, quote, unproven } from './claims-reading.ts'
import type { ReadEvent, SseServerSeen } from './seen.ts'

/** Events of the case on any of its streams; where nothing is published, those that the target publishes by itself. */
function judged(seen: SseServerSeen): readonly ReadEvent[] {
  return seen.streams.flatMap((stream) => (seen.publishes ? ownOf(stream) : stream.events))
}

/** Every event has a property; ids that are not there are another rule's. */
function everyId(seen: SseServerSeen, expected: string, test: (id: string) => boolean): Finding {
  const ids = judged(seen).flatMap(({ id, offset }) => (id === undefined ? [] : [{ id, offset }]))
  const bad = ids.find(({ id }) => !test(id))
  if (bad) return finding(false, expected, `id ${quote(bad.id)}, ${Buffer.byteLength(bad.id)} bytes, at byte ${bad.offset}`)
  return ids.length === 0 ? none(seen, expected) : finding(true, expected, `such as ${quote(ids[0]?.id ?? '', 60)}`)
}

function none({ publishes }: SseServerSeen, expected: string): Finding {
  return publishes ? unproven(expected, 'no event with an id was seen') : inapplicable(expected, 'no event with an id was seen while the stream was watched')
}

export function idsPresent(seen: SseServerSeen): Finding {
  const expected = 'an id with every event'
  const events = judged(seen)
  const without = events.find(({ id }) => id === undefined || id === '')
  if (without && !seen.publishes && (events.length < 2 || events.some(({ id }) => id !== undefined && id !== ''))) return inapplicable(expected, 'an event without an id may be one that is not kept, such as a greeting')
  if (without) return finding(false, expected, `none with the event at byte ${without.offset}: type ${quote(without.type, 60)}, data ${quote(without.data, 60)}`)
  if (events.length === 0) return seen.publishes ? unproven(expected, 'no event of the case arrived') : inapplicable(expected, 'no event was seen while the stream was watched')
  const { id: pattern } = seen.policy
  const other = pattern === undefined ? undefined : events.find(({ id }) => id !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(id))
  return other ? finding(false, `${expected}, of the form ${pattern ?? ''}`, `id ${quote(other.id ?? '')} at byte ${other.offset}`) : finding(true, expected, `${events.length} events, such as ${quote(events[0]?.id ?? '', 60)}`)
}

export function idsPrintable(seen: SseServerSeen): Finding {
  return everyId(seen, 'ids of the characters 0x21 to 0x7E', (id) => /^[\x21-\x7e]*$/.test(id))
}

export function idsBounded(seen: SseServerSeen): Finding {
  return everyId(seen, 'ids of at most 128 bytes', (id) => Buffer.byteLength(id) <= 128)
}

/** No two events share an id. On one stream where nothing is published, for then nothing else tells events apart. */
export function idsUnique(seen: SseServerSeen): Finding {
  const expected = 'another id for every event'
  for (const stream of seen.streams) {
    const owners = new Map<string, ReadEvent>()
    for (const event of seen.publishes ? ownOf(stream) : stream.events) {
      if (event.id === undefined || event.id === '') continue
      const other = owners.get(event.id)
      if (other && (other.own !== event.own || !seen.publishes)) return finding(false, expected, `${quote(event.id, 60)} at byte ${other.offset} and at byte ${event.offset}${event.own === undefined ? '' : `: ${named(seen, [other.own ?? 0, event.own])}`}`)
      owners.set(event.id, event)
    }
    if (owners.size > 1) continue
  }
  const count = new Set(judged(seen).flatMap(({ id }) => id ?? [])).size
  return count < 2 ? none(seen, expected) : finding(true, expected, `${count} ids, all different`)
}

/** An event has the same id wherever it is shown. */
export function idsStable(seen: SseServerSeen): Finding {
  const expected = 'the same id for an event on every connection'
  const first = new Map<number, { readonly id: string; readonly on: string }>()
  let compared = 0
  for (const [index, stream] of seen.streams.entries()) {
    for (const { own, id } of ownOf(stream)) {
      if (id === undefined) continue
      const before = first.get(own)
      const where = `connection ${index + 1} ("${stream.name}")`
      if (!before) first.set(own, { id, on: where })
      else if (before.id !== id) return finding(false, expected, `the event "${seen.publications[own]?.name ?? own}" has ${quote(before.id, 60)} on ${before.on} and ${quote(id, 60)} on ${where}`)
      else compared += 1
    }
  }
  return compared === 0 ? none(seen, expected) : finding(true, expected, `${first.size} events, compared ${compared} times`)
}
