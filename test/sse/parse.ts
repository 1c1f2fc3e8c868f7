import type { StreamBlock, StreamEvent, StreamFlaw, StreamLimits, StreamParserFactory } from '../../harness/sse/stream-parser.ts'
import { bodyOf, eventsOf, type StreamVector, type VectorEvent } from '../../harness/sse/vector.ts'

/** Everything that a parser told about one body. */
export interface Parsed {
  readonly events: readonly StreamEvent[]
  readonly ids: readonly string[]
  readonly retries: readonly number[]
  readonly comments: readonly string[]
  readonly lastEventId: string
  readonly fault?: string
  readonly stopped?: StreamFlaw
}

export function parse(factory: StreamParserFactory, chunks: readonly Uint8Array[], more: { lastEventId?: string; limits?: Partial<StreamLimits> } = {}): Parsed {
  const events: StreamEvent[] = []
  const ids: string[] = []
  const retries: number[] = []
  const comments: string[] = []
  const parser = factory({
    ...more,
    onEvent: (event) => events.push(event),
    onId: (id) => ids.push(id),
    onRetry: (ms) => retries.push(ms),
    onComment: (text) => comments.push(text),
  })
  const told = { events, ids, retries, comments }
  try {
    for (const chunk of chunks) parser.push(chunk)
    parser.end()
  } catch (error) {
    return { ...told, lastEventId: parser.lastEventId, fault: String(error), ...(parser.stopped !== undefined && { stopped: parser.stopped }) }
  }
  return { ...told, lastEventId: parser.lastEventId }
}

/** The same with diagnosis, which takes the other way through the parser. */
export function diagnose(factory: StreamParserFactory, chunks: readonly Uint8Array[], limits: Partial<StreamLimits> = {}): { readonly flaws: readonly StreamFlaw[]; readonly blocks: readonly StreamBlock[]; readonly events: readonly StreamEvent[] } {
  const flaws: StreamFlaw[] = []
  const blocks: StreamBlock[] = []
  const events: StreamEvent[] = []
  const parser = factory({ limits, onEvent: (event) => events.push(event), onBlock: (block) => blocks.push(block), onFlaw: (flaw) => flaws.push(flaw) })
  for (const chunk of chunks) parser.push(chunk)
  parser.end()
  return { flaws, blocks, events }
}

/** Every way of cutting that a vector is judged under: whole, by one, by two, and cut once at each byte. */
export function* cuttings(body: Buffer, large = false): Generator<readonly Buffer[]> {
  yield [body]
  yield pieces(body, 1)
  yield pieces(body, 2)
  if (large) yield pieces(body, 65_536)
  else for (let cut = 1; cut < body.length; cut += 1) yield [body.subarray(0, cut), body.subarray(cut)]
}

export function pieces(body: Uint8Array, size: number): readonly Buffer[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}

/** What a parser gets wrong about a vector, in words; nothing when it is right under every cutting. */
export function mistake(factory: StreamParserFactory, vector: StreamVector): string | undefined {
  const body = bodyOf(vector)
  const expected = { events: eventsOf(vector), lastEventId: vector.lastEventId, retries: vector.retries }
  for (const chunks of cuttings(body, vector.large)) {
    const { events, lastEventId, retries, fault } = parse(factory, chunks)
    const told = { events: events.map(withoutOwnId), lastEventId, retries }
    if (fault !== undefined) return `${cutText(chunks)}: ${fault}`
    if (JSON.stringify(told) !== JSON.stringify(expected)) return `${cutText(chunks)}: ${shown(told)} in place of ${shown(expected)}`
  }
  return lateness(factory, vector, body)
}

function lateness(factory: StreamParserFactory, { due }: StreamVector, body: Buffer): string | undefined {
  if (due === undefined) return undefined
  let dispatched = 0
  const parser = factory({ onEvent: () => (dispatched += 1) })
  for (let byte = 1; byte <= body.length; byte += 1) {
    parser.push(body.subarray(byte - 1, byte))
    const wanted = due.filter((bytes) => bytes <= byte).length
    if (dispatched !== wanted) return `${dispatched} events after ${byte} bytes in place of ${wanted}`
  }
  return undefined
}

function withoutOwnId({ type, data, lastEventId }: StreamEvent): VectorEvent {
  return { type, data, lastEventId }
}

function cutText(chunks: readonly Buffer[]): string {
  return chunks.length <= 2 ? `chunks of ${chunks.map(({ length }) => length).join(' and ')}` : `${chunks.length} chunks of ${chunks[0]?.length}`
}

function shown(told: unknown): string {
  const text = JSON.stringify(told)
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}
