import type { PublicationLine, StreamLine } from '../transcript/stream-line.ts'

/** One event of a stream as a picture shows it. */
export interface StreamedEvent {
  readonly id: string
  /** When it arrived; of a lost event, when it was published. Milliseconds on the clock of the run. */
  readonly atMs: number
  /** It was published and did not arrive, although a later one did. */
  readonly lost?: true
  /** It had arrived before, and was not asked for again. */
  readonly repeated?: true
}

/** What one reader should have seen of a stream, and what it saw; in the order of time. */
export interface StreamTimeline {
  readonly events: readonly StreamedEvent[]
}

/** An event with an id, at a time. */
export interface IdAt {
  readonly id: string
  readonly atMs: number
  /** The reader asked for it, whether it had come before or not: it resumed from an earlier one. */
  readonly askedFor?: boolean
}

/**
 * What became of the events of a stream: those that arrived, the second and later arrivals of one id that nobody asked for
 * again as repeated, and those that were published between the first and the last one that arrived and did not arrive themselves as lost.
 */
export function streamTimeline(published: readonly IdAt[], arrived: readonly IdAt[]): StreamTimeline {
  const seen = new Set<string>()
  const events: StreamedEvent[] = arrived.map((event) => {
    const repeated = seen.has(event.id) && !event.askedFor
    seen.add(event.id)
    return { id: event.id, atMs: event.atMs, ...(repeated ? { repeated: true as const } : {}) }
  })
  const first = published.findIndex(({ id }) => seen.has(id))
  const last = published.findLastIndex(({ id }) => seen.has(id))
  const lost = first < 0 ? [] : published.slice(first, last + 1).filter(({ id }) => !seen.has(id))
  return { events: [...events, ...lost.map(({ id, atMs }) => ({ id, atMs, lost: true as const }))].sort((a, b) => a.atMs - b.atMs) }
}

/** The ids that were lost or repeated, each once, in their order. */
export function fatesOf({ events }: StreamTimeline): { readonly lost: readonly string[]; readonly repeated: readonly string[] } {
  const ids = (of: (event: StreamedEvent) => unknown) => [...new Set(events.filter(of).map(({ id }) => id))]
  return { lost: ids(({ lost }) => lost), repeated: ids(({ repeated }) => repeated) }
}

/**
 * What the readers of a case saw, one timeline each: connections of one name are one reader that came back, unless they were
 * open at the same time.
 *
 * Only events of the case's own publications count. Where a stream asks for some types or one resource, what it does not
 * get may be meant for others, and nothing is lost.
 */
export function readersOf(lines: readonly (StreamLine | PublicationLine)[]): ReadonlyMap<string, StreamTimeline> {
  const streams = lines.filter((line): line is StreamLine => line.kind === 'stream')
  const labels = new Map<number, string>()
  for (const { blocks } of streams) for (const { own, id } of blocks) if (own !== undefined && id !== undefined && id !== '') labels.set(own, id)
  const published = lines.filter((line): line is PublicationLine => line.kind === 'publication' && line.outcome === 'accepted').flatMap(({ first, count, beforeMs, ids }) =>
    Array.from({ length: Math.min(count, mostEvents) }, (_, index) => {
      const id = ids?.[index] ?? labels.get(first + index) ?? `#${first + index}`
      labels.set(first + index, id)
      return { id, atMs: beforeMs }
    }),
  )
  return new Map(
    readersAmong(streams).map(({ name, connections }) => {
      const narrowed = connections.some(({ asked }) => asked.types !== undefined || asked.resource !== undefined)
      return [name, streamTimeline(narrowed ? [] : published, connections.flatMap((stream) => arrivals(stream, labels)))]
    }),
  )
}

interface Reader {
  readonly name: string
  readonly connections: StreamLine[]
}

/** Each connection goes on a reader of its name whose last one had ended; else it is another reader, which gets a number. */
function readersAmong(streams: readonly StreamLine[]): readonly Reader[] {
  const readers: Reader[] = []
  const counts = new Map<string, number>()
  for (const stream of streams.toSorted((a, b) => a.startedMs - b.startedMs)) {
    const gone = readers.find(({ connections: [first], connections }) => first?.name === stream.name && (connections.at(-1)?.endedMs ?? 0) <= stream.startedMs)
    if (gone) {
      gone.connections.push(stream)
      continue
    }
    const count = (counts.get(stream.name) ?? 0) + 1
    counts.set(stream.name, count)
    readers.push({ name: count === 1 ? stream.name : `${stream.name} ${count}`, connections: [stream] })
  }
  return readers
}

/** The events of one connection. Those behind the one that it resumed from were asked for, the first time that they come. */
function arrivals({ blocks, asked }: StreamLine, labels: ReadonlyMap<number, string>): readonly IdAt[] {
  const came = new Set<number>()
  return blocks.flatMap(({ own, atMs }) => {
    if (own === undefined) return []
    const askedFor = asked.afterOwn !== undefined && own > asked.afterOwn && !came.has(own)
    came.add(own)
    return [{ id: labels.get(own) ?? `#${own}`, atMs, askedFor }]
  })
}

const mostEvents = 100_000
