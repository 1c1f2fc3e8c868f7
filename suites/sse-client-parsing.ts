import { all, asksFrom, awaitEnd, awaitEvents, awaitRequests, chunkings, connect, cut, delivers, endEvent, endingStream, endsWithBlankLine, endsWithId, gate, inTime, piecesBytes, piecesText, release, serve, sseClientSuite, stream, type Chunking, type ExpectedEvent, type Pieces, type RequirementId, type SseClientCase, type SseClientCases, type SseClientSeen } from '../harness/roles/sse-client/index.ts'
import document from './vectors/event-stream.json' with { type: 'json' }

const base = 'sse-client-connection/one-event'
const back = 'sse-client-reconnection/clean-end'
const sentWideId = 'sse-client-reconnection/id-beyond-latin-1'
const sentId = 'sse-client-reconnection/last-id'
const soon = 'retry: 20\n\n'
/** Without the simplest of its kind, the others say nothing. */
const plain = { id: 'id-of-event', type: 'type-named' }
/** A client may need long for these. */
const largeWithinMs = 15_000

/** A vector as its document has it, less what no case reads. */
interface Vector {
  readonly id: string
  /** Held against the specification by a test. */
  readonly requirement: RequirementId
  readonly notes: string
  readonly body: Pieces
  readonly events: readonly { readonly type: string; readonly data: Pieces; readonly lastEventId: string }[]
  readonly lastEventId: string
  readonly unfinished?: boolean
  readonly large?: boolean
}

const vectors = document.vectors as readonly Vector[] // `requirement` is a text in the type of a JSON document

/** The rule that a wrong reading of a cut breaks, when the same bytes in one piece are read rightly. */
const ruleOf: Readonly<Record<Chunking['about'], RequirementId>> = {
  'line-end': 'sse-client-split-crlf',
  character: 'sse-client-split-utf8',
  'byte-order-mark': 'sse-client-bom',
  anything: 'sse-client-chunks',
}

/** Rules whose vectors are all sent byte by byte; of the other rules the first one is. */
const cutEverywhere: ReadonlySet<RequirementId> = new Set(['sse-client-split-utf8', 'sse-client-split-crlf', 'sse-client-mixed-line-ends', 'sse-client-line-ends', 'sse-client-chunks', 'sse-client-bom'])

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients read bytes as the standard does, however they are cut',
  cases: () => Object.fromEntries(vectors.flatMap((vector, index) => Object.entries(casesOf(vector, vectors.findIndex(({ requirement }) => requirement === vector.requirement) === index)))),
})

function casesOf(vector: Vector, firstOfItsRule: boolean): SseClientCases {
  const { id, requirement, large } = vector
  // Reconnection times show in time alone: `sse-client-reconnection` has them.
  if (requirement.startsWith('sse-client-retry')) return {}
  const bytes = piecesBytes(vector.body)
  if (requirement === 'sse-client-cr-at-once') return { [id]: atOnce(vector, bytes) }
  const ways = large ? [] : chunkings(bytes).filter(({ cuts }) => cuts !== 'every-byte' || firstOfItsRule || cutEverywhere.has(requirement))
  return {
    [id]: caseOf(vector, bytes, undefined, [base]),
    ...Object.fromEntries(ways.map((way) => [`${id}-${way.key}`, caseOf(vector, bytes, way, [id])])),
  }
}

/** Where the end of the body matters, or nothing can follow, the end mark comes on the next connection. */
function caseOf(vector: Vector, bytes: Uint8Array, way: Chunking | undefined, controls: readonly string[]): SseClientCase {
  const { id, requirement, large } = vector
  const unfinished = vector.unfinished === true || !endsWithBlankLine(bytes)
  const ends = unfinished || requirement === 'sse-client-cr-at-end'
  const sent = way === undefined ? bytes : cut(bytes, way.cuts)
  const aboutIds = vector.lastEventId !== '' || vector.events.some(({ lastEventId }) => lastEventId !== '')
  // Clients die of sending such an id, and that is no matter of reading.
  const wideId = ends && vector.events.some(({ lastEventId }) => /[^\x20-\x7e]/.test(lastEventId))
  const aboutTypes = vector.events.some(({ type }) => type !== 'message')
  // Types that connections have, too, are a rule of their own, whatever the vector is for.
  const rule = way !== undefined ? ruleOf[way.about] : vector.events.some(({ type }) => type === 'error' || type === 'open') ? 'sse-client-named-events' : requirement
  return {
    title: `${titleOf(vector)}${way === undefined ? '' : `, ${way.words}`}`,
    control: [...controls, ...(ends ? [back] : []), ...(ends && aboutIds ? [sentId] : []), ...(wideId ? [sentWideId] : []), ...(aboutIds && id !== plain.id && way === undefined ? [plain.id] : []), ...(aboutTypes && id !== plain.type && way === undefined ? [plain.type] : [])],
    ...(unfinished ? { needs: 'discards' as const } : {}),
    // A program that is busy for seconds, with one of these, answers nobody else meanwhile.
    ...(wideId || large ? { alone: 'last' as const } : {}),
    when: ends
      ? [serve(endingStream(soon), endingStream(sent), stream(endEvent)), connect(), awaitRequests(3, 20), awaitEnd()]
      : [serve(stream(sent, endEvent)), connect(), awaitEnd('stream', large ? largeWithinMs : undefined)],
    then: { [rule]: (seen: SseClientSeen) => all([delivers(seen, expected(vector)), ...(aboutIds ? [ends ? asksFrom(seen, 2, vector.lastEventId === '' ? undefined : vector.lastEventId) : endsWithId(seen, vector.lastEventId)] : [])]) },
  }
}

/** Nothing comes behind these bytes for a while. */
function atOnce(vector: Vector, bytes: Uint8Array): SseClientCase {
  const { length } = vector.events
  return {
    title: `${titleOf(vector)}, and nothing behind it for a while`,
    control: base,
    when: [serve(stream(bytes, gate('later'), endEvent)), connect(), awaitEvents(length), release('later'), awaitEnd()],
    then: { 'sse-client-cr-at-once': (seen) => all([inTime(seen, length, 'later'), delivers(seen, expected(vector))]) },
  }
}

function expected({ events }: Vector): readonly ExpectedEvent[] {
  return events.map(({ type, data, lastEventId }) => ({ type, data: piecesText(data), lastEventId }))
}

function titleOf({ notes }: Vector): string {
  const title = notes.replace(/\.$/, '')
  return /^[A-Z][a-z ]/.test(title) ? `${title[0]?.toLowerCase() ?? ''}${title.slice(1)}` : title
}
