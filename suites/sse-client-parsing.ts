import { all, asksFrom, awaitEnd, awaitEvents, awaitRequests, chunkings, connect, cut, delivers, endEvent, endingStream, endsWithBlankLine, endsWithId, gate, inTime, release, serve, sseClientSuite, stream, type Chunking, type ExpectedEvent, type RequirementId, type SseClientCase, type SseClientCases, type SseClientSeen } from '../harness/roles/sse-client/index.ts'
import vectors from './vectors/event-stream.json' with { type: 'json' }

const base = 'sse-client-connection/one-event'
const back = 'sse-client-reconnection/clean-end'
const soon = 'retry: 20\n\n'
/** The vector without which ids say nothing. */
const plainId = 'id'

type Vector = (typeof vectors.vectors)[number]

/** The rule that a wrong reading of a cut breaks, when the same bytes in one piece are read rightly. */
const ruleOf: Readonly<Record<Chunking['about'], RequirementId>> = {
  'line-end': 'sse-client-split-crlf',
  character: 'sse-client-split-utf8',
  'byte-order-mark': 'sse-client-bom',
  anything: 'sse-client-chunks',
}

export default sseClientSuite({
  role: 'sse-client',
  title: 'Stream clients read bytes as the standard does, however they are cut',
  cases: () => ({
    ...Object.fromEntries(vectors.vectors.filter(({ requirement }) => !timed(requirement)).flatMap((vector) => Object.entries(casesOf(vector)))),
    'cr-at-once': {
      title: 'an event whose lines end with CR, and nothing behind it for a while',
      control: base,
      when: [serve(stream('data: a\r\r', gate('later'), `data: b\r\r${endEvent}`)), connect(), awaitEvents(1), release('later'), awaitEnd()],
      then: { 'sse-client-cr-at-once': (seen) => all([inTime(seen, 1, 'later'), delivers(seen, [{ data: 'a' }, { data: 'b' }])]) },
    },
  }),
})

/** Reconnection times show in time alone: `sse-client-reconnection` has them. */
function timed(requirement: string): boolean {
  return requirement.startsWith('sse-client-retry') || requirement === 'sse-client-cr-at-once'
}

function casesOf(vector: Vector): SseClientCases {
  const bytes = Uint8Array.from(atob(vector.bytes), (char) => char.charCodeAt(0))
  const whole = vector.id
  return {
    [whole]: caseOf(vector, bytes, undefined, [base]),
    ...Object.fromEntries(chunkings(bytes).map((chunking) => [`${whole}-${chunking.key}`, caseOf(vector, bytes, chunking, [whole])])),
  }
}

/** Where the end of the body matters, or nothing can follow, the end mark comes on the next connection. */
function caseOf({ id, requirement, notes, events, finalLastEventId }: Vector, bytes: Uint8Array, chunking: Chunking | undefined, controls: readonly string[]): SseClientCase {
  const whole = endsWithBlankLine(bytes)
  const ends = !whole || requirement === 'sse-client-cr-at-end'
  const sent = cut(bytes, chunking?.cuts ?? [])
  const rule = chunking === undefined ? (requirement as RequirementId) : ruleOf[chunking.about] // ids of the vectors are held against the specification by a test
  const aboutIds = finalLastEventId !== '' || events.some(({ lastEventId }) => lastEventId !== '')
  const title = notes.replace(/[.]?\s*Bytes:.*$/s, '').replace(/[.]$/, '')
  return {
    title: `${lowerFirst(title)}${chunking === undefined ? '' : `, ${chunking.words}`}`,
    control: [...controls, ...(ends ? [back] : []), ...(aboutIds && id !== plainId && chunking === undefined ? [plainId] : [])],
    ...(whole ? {} : { needs: 'discards' as const }),
    when: ends
      ? [serve(endingStream(soon), { ...endingStream(sent) }, stream(endEvent)), connect(), awaitRequests(3, 20), awaitEnd()]
      : [serve(stream(sent, endEvent)), connect(), awaitEnd()],
    then: { [rule]: (seen: SseClientSeen) => all([delivers(seen, events as readonly ExpectedEvent[]), ...(aboutIds ? [ends ? nextAsksFrom(seen, finalLastEventId) : endsWithId(seen, finalLastEventId)] : [])]) },
  }
}

/** Only what every HTTP library can carry. */
function nextAsksFrom(seen: SseClientSeen, id: string) {
  return asksFrom(seen, 2, id === '' ? undefined : id)
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text
}
