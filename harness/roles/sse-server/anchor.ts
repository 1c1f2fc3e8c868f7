import type { OwnEvents } from './own-events.ts'
import type { CaseStreams } from './streams.ts'
import type { Anchor } from './vocabulary.ts'

/** Where a stream is to be resumed: an id, and the number of the case's event that has it, if one does. */
export interface Position {
  readonly id: string
  readonly own?: number
}

interface Known {
  readonly own: OwnEvents
  /** Numbers of the case's events by their names. */
  readonly numbers: ReadonlyMap<string, number>
  readonly streams: CaseStreams
  readonly random: (bytes: number) => Buffer
  readonly publishes: boolean
}

/** The id that an anchor names, as the wire showed it; a text that says why there is none. */
export function positionOf(anchor: Anchor, { own, numbers, streams, random, publishes }: Known): Position | string {
  if ('text' in anchor) return { id: anchor.text }
  if ('behind' in anchor) {
    const number = numbers.get(anchor.behind)
    const id = number === undefined ? undefined : own.idOf(number)
    return number === undefined || id === undefined || id === '' ? `no id of the event "${anchor.behind}" was seen, so that nothing can be resumed behind it` : { id, own: number }
  }
  const blocks = streams.all.flatMap(({ name, recorder }) => recorder.blocks.map((block) => ({ name, ...block })))
  const given = blocks.flatMap(({ id }) => (id === undefined || id === '' ? [] : [id]))
  if (given.length === 0) return 'no event with an id was seen'
  if ('unknown' in anchor) return { id: anchor.unknown === 'like-nothing' ? `conformance never given ${random(4).toString('hex')}` : idLike(given, random) }
  const first = blocks.find(({ name, id, data, own: number }) => name === anchor.behindFirstOf && id !== undefined && id !== '' && (number !== undefined || (data !== undefined && !publishes)))
  return first?.id === undefined ? 'no event with an id was seen' : { id: first.id, ...(first.own === undefined ? {} : { own: first.own }) }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * An id that looks like those that a target gives, and that it has never given.
 *
 * Every digit changes, since nobody knows which of them count; the last number is one that no counter reaches during a run.
 */
export function idLike(ids: readonly string[], random: (bytes: number) => Buffer): string {
  const example = ids.at(-1) ?? ''
  const noise = random(Math.max(32, example.length))
  if (uuid.test(example) || /^[0-9a-f]{16,}$/i.test(example)) return [...example].map((character, index) => (/[0-9a-f]/i.test(character) ? ((noise[index] ?? 0) % 16).toString(16) : character)).join('')
  const digits = [...example].map((character, index) => (/\d/.test(character) ? String((noise[index] ?? 0) % 10) : character)).join('')
  const last = /\d+(?=\D*$)/.exec(digits)
  if (!last) return `${example.slice(0, 64)}${random(6).toString('hex')}`
  const far = `9${String(random(6).readUIntBE(0, 6)).padStart(15, '0')}`.slice(0, Math.max(12, Math.min(16, last[0].length)))
  return `${digits.slice(0, last.index)}${far}${digits.slice(last.index + last[0].length)}`
}
