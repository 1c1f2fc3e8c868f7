import { dataText, type NewEvent, type StreamedEvent } from './event.ts'

/** The newest events, in the order of their publication. What they take is bounded by their number and by their size. */
export interface Log {
  /** Position of the oldest event that is kept; `end` when there is none. */
  readonly first: number
  /** Position of the next event. */
  readonly end: number
  /** Whether an id was used before the last `clear`, so that it cannot name an event any more. */
  isSpent(id: string): boolean
  /** Adds an event; undefined when it was published before. Nothing is evicted until `trim`. */
  append(event: NewEvent): StreamedEvent | undefined
  /** Events that are kept, from a position on. */
  from(position: number): Iterable<StreamedEvent>
  /** The event with this id, as long as every later one is kept: that is any event kept, and the last that was evicted. */
  find(id: string): StreamedEvent | undefined
  /** Evicts what is beyond the limits. */
  trim(): void
  /** Keeps no more than the newest events of this number, until `clear`. */
  retain(keep: number): void
  /** Forgets every event, and begins another epoch of ids. */
  clear(): void
}

const limits = { events: 100_000, characters: 64 * 1024 * 1024, givenIds: 100_000 }

/**
 * A log in memory.
 *
 * Ids are an epoch and a number. The epoch is new after each start and each `clear`, so that an id from before can be told
 * from those of now; positions only grow.
 */
export function createLog(newEpoch: () => string): Log {
  const events = new Map<number, StreamedEvent>()
  const positions = new Map<string, number>()
  /** Ids that publishers chose, with the epoch in which they did. */
  const given = new Map<string, string>()
  let epoch = newEpoch()
  let number = 0
  let [first, end, characters, keep] = [0, 0, 0, limits.events]
  let lastEvicted: StreamedEvent | undefined

  return {
    get first() {
      return first
    },
    get end() {
      return end
    },
    isSpent: (id) => (given.get(id) ?? epoch) !== epoch,
    append({ type, data, id, key }) {
      if (id !== undefined && (given.has(id) || positions.has(id))) return undefined
      if (id !== undefined) remember(id)
      const event: StreamedEvent = { position: end, id: id ?? freshId(), type, data: dataText(data), ...(key !== undefined && { key }) }
      events.set(end, event)
      positions.set(event.id, end)
      characters += event.data.length
      end += 1
      return event
    },
    *from(position) {
      for (let at = Math.max(position, first); at < end; at += 1) {
        const event = events.get(at)
        if (event) yield event
      }
    },
    find: (id) => (id === lastEvicted?.id ? lastEvicted : events.get(positions.get(id) ?? -1)),
    trim,
    retain(wanted) {
      keep = Math.min(wanted, limits.events)
      trim()
    },
    clear() {
      events.clear()
      positions.clear()
      lastEvicted = undefined
      ;[first, characters, number, keep] = [end, 0, 0, limits.events]
      epoch = newEpoch()
    },
  }

  function freshId(): string {
    do number += 1
    while (given.has(`${epoch}-${number}`))
    return `${epoch}-${number}`
  }

  function trim(): void {
    while (end - first > keep || characters > limits.characters) evictOldest()
  }

  function evictOldest(): void {
    const oldest = events.get(first)
    events.delete(first)
    first += 1
    if (!oldest) return
    positions.delete(oldest.id)
    characters -= oldest.data.length
    lastEvicted = oldest
  }

  function remember(id: string): void {
    given.set(id, epoch)
    const [oldest] = given.keys()
    if (given.size > limits.givenIds && oldest !== undefined) given.delete(oldest)
  }
}
