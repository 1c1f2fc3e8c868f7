import { all, type Finding } from '../../claim.ts'
import { awaitedOn, finding, idsByNumber, inapplicable, isBefore, lostOn, named, notTaken, on, onSelected, owed, ownOf, quote, seconds, stalled, throttled, unproven } from './claims-reading.ts'
import { behindLens } from './lens.ts'
import type { Publication, ReadStream, SseServerSeen } from './seen.ts'

/** An event that was published with nothing behind it arrived alone. */
export function arrivedAlone(seen: SseServerSeen, name: string): Finding {
  const expected = 'an event arrives without waiting for the next one'
  return on(seen, name, expected, (stream) => {
    const rounds = roundsOf(seen, stream)
    const refused = notTaken(rounds.map(({ alone }) => alone), expected)
    if (refused) return refused
    const prompt = rounds.find(({ came, push }) => came && (!push || came.beganMs < push.beforeMs))
    if (prompt?.came) return finding(true, expected, `after ${seconds(prompt.came.beganMs - prompt.alone.beforeMs)}`)
    if (stream.endedBy === 'server' || stream.endedBy === 'proxy') return unproven(expected, `the ${stream.endedBy} ended the stream after ${seconds(stream.endedMs - stream.startedMs)}`)
    if (rounds.some(({ alone }) => stream.tail.includes(alone.data))) return unproven(expected, `its bytes came, and no blank line: ${quote(stream.tail)}`)
    // Each round waits twice as long as the one before: three of them outlast more lag than one.
    if (rounds.length === 0 || seen.lagMs > (rounds.length < 3 ? 500 : 1000)) return unproven(expected, `the harness itself was up to ${seconds(seen.lagMs)} late`)
    const late = rounds.find(({ came }) => came)
    const coding = stream.headers.find(([field]) => field.toLowerCase() === 'content-encoding')?.[1]
    const how = `${coding ? `; Content-Encoding: ${coding}` : ''}${behindLens(seen, stream)}`
    if (late?.came && late.push) return finding(false, expected, `it arrived ${seconds(late.came.beganMs - late.alone.afterMs)} after it was published, together with the next one, ${rounds.length} times in a row${how}`)
    return finding(false, expected, `none of ${rounds.length * 2} events arrived within ${seconds(stream.endedMs - (rounds[0]?.alone.afterMs ?? 0))}; ${stream.bytes} bytes of the body were read${how}`)
  })
}

/** The blank line of an event came with it, not with the next one. */
export function endedAlone(seen: SseServerSeen, name: string): Finding {
  const expected = 'a blank line at the end of every event'
  return on(seen, name, expected, (stream) => {
    const rounds = roundsOf(seen, stream)
    const whole = rounds.find(({ came, push }) => came && (!push || came.atMs < push.beforeMs))
    if (whole) return finding(true, expected, 'it was dispatched at once')
    const cut = rounds.find(({ came, push }) => came && push && came.beganMs < push.beforeMs)
    if (cut?.came) return finding(false, expected, `the event at byte ${cut.came.offset} began before the next one was published, and ended with it, ${seconds(cut.came.atMs - cut.came.beganMs)} later`)
    const unfinished = rounds.find(({ alone }) => stream.tail.includes(alone.data))
    return unfinished ? finding(false, expected, `${quote(stream.tail)} and no blank line within ${seconds(stream.endedMs - unfinished.alone.afterMs)}`) : unproven(expected, 'no event arrived')
  })
}

function roundsOf(seen: SseServerSeen, stream: ReadStream) {
  return [1, 2, 3].flatMap((round) => {
    const alone = seen.publication(`alone ${round}`)
    const push = seen.publication(`push ${round}`)
    const came = alone && ownOf(stream).find(({ own }) => own === alone.number)
    return alone ? [{ alone, push, came }] : []
  })
}

/** Each stream of a name got every event that it owes. */
export function gotEverything(seen: SseServerSeen, name: string, what = 'every event'): Finding {
  const streams = seen.streamsOf(name).filter((stream) => !throttled(stream))
  const expected = `${what} on ${streams.length > 1 ? `each of ${streams.length} streams` : `the stream "${name}"`}`
  return streams.length <= 1 ? on(seen, name, expected, (stream) => got(seen, stream, expected)) : all(streams.map((stream) => got(seen, stream, expected)))
}

function got(seen: SseServerSeen, stream: ReadStream, expected: string): Finding {
  if (stream.status !== 200) return unproven(expected, stream.status === undefined ? `one was not answered${stream.fault === undefined ? '' : `: ${stream.fault}`}` : `one was answered with ${stream.status}`)
  const due = owed(seen, stream)
  const lost = lostOn(seen, stream, due)
  if (lost.length > 0) return finding(false, expected, `${lost.length} of ${due.length} lost: ${named(seen, lost.map(({ number }) => number))}, though later ones came`)
  const awaited = awaitedOn(seen, stream, due)
  if (stalled(seen, stream, awaited)) return finding(false, expected, `${awaited.length} of ${due.length} did not come within ${seconds(stream.endedMs - (awaited[0]?.afterMs ?? 0))}: ${named(seen, awaited.map(({ number }) => number))}`)
  if (due.length === 0) return unproven(expected, 'no event of the case arrived on it')
  // The events by which other streams were found alive were not waited for on this one.
  const open = awaited.filter(({ round }) => round === undefined)
  if (open.length > 0) return unproven(expected, `${open.length} of ${due.length} did not come while it was watched${stream.endedBy === 'server' ? ', which the server ended' : ''}`)
  return finding(true, expected, `all ${due.length - awaited.length}`)
}

/** No event came twice on one connection. */
export function cameOnce(seen: SseServerSeen, name: string): Finding {
  const expected = 'every event once on one connection'
  return on(seen, name, expected, (stream) => {
    const first = new Map<number, number>()
    for (const { own, offset } of ownOf(stream)) {
      const before = first.get(own)
      if (before !== undefined) return finding(false, expected, `${named(seen, [own])} at byte ${before} and again at byte ${offset}`)
      first.set(own, offset)
    }
    return first.size === 0 ? unproven(expected, 'no event of the case arrived on it') : finding(true, expected, `${first.size} events, each once`)
  })
}

/** Events came in the order in which they were published. */
export function cameInOrder(seen: SseServerSeen, name: string): Finding {
  const expected = 'events in the order of their publication'
  return on(seen, name, expected, (stream) => {
    let latest: Publication | undefined
    const shown = ownOf(stream)
    for (const { own, offset } of shown) {
      const publication = seen.publications[own]
      if (!publication) continue
      if (latest && publication.number !== latest.number && isBefore(publication, latest)) return finding(false, expected, `${named(seen, [latest.number])} before ${named(seen, [own])}, which stands at byte ${offset}`)
      if (!latest || isBefore(latest, publication)) latest = publication
    }
    return shown.length < 2 ? unproven(expected, `${shown.length} events of the case arrived on it`) : finding(true, expected, `${shown.length} events in order`)
  })
}

/** Two streams show the events that both have in the same order. */
export function sameOrder(seen: SseServerSeen, name: string, other: string): Finding {
  const expected = 'the same order for every client'
  return on(seen, name, expected, (one) => on(seen, other, expected, (two) => {
    const shared = (of: ReadStream, with_: ReadStream) => {
      const numbers = new Set(ownOf(with_).map(({ own }) => own))
      return [...new Set(ownOf(of).map(({ own }) => own))].filter((own) => numbers.has(own))
    }
    const [first, second] = [shared(one, two), shared(two, one)]
    const at = first.findIndex((own, index) => own !== second[index])
    if (first.length < 2) return unproven(expected, `${first.length} events came on both`)
    return finding(at < 0, expected, at < 0 ? `${first.length} events in one order` : `at place ${at + 1} ${named(seen, [first[at] ?? 0])} to one and ${named(seen, [second[at] ?? 0])} to the other`)
  }))
}

/** A stream shows nothing but what it selects, of all that the run publishes. */
export function selectsOnly(seen: SseServerSeen, name: string, what: string, belongs: (publication: Publication) => boolean, wanted: (publication: Publication) => boolean): Finding {
  const expected = `${what}, and nothing else`
  return onSelected(seen, name, expected, (stream) => {
    const wrong = ownOf(stream).find(({ own }) => {
      const publication = seen.publications[own]
      return publication !== undefined && !belongs(publication) && wanted(publication)
    })
    const told = wrong && seen.publications[wrong.own]
    if (wrong && told) return finding(false, expected, `${named(seen, [wrong.own])} of type ${quote(told.type)}${told.key === undefined ? '' : ` about ${quote(told.key)}`} at byte ${wrong.offset}`)
    return got(seen, stream, expected)
  })
}

/** The type of every event is what was published. */
export function keptTypes(seen: SseServerSeen, name: string): Finding {
  const expected = 'the type of an event in its field event'
  return on(seen, name, expected, (stream) => {
    const shown = ownOf(stream)
    const wrong = shown.find(({ own, type }) => seen.publications[own]?.type !== type)
    if (wrong) return finding(false, expected, `type ${quote(wrong.type)} at byte ${wrong.offset}, published as ${quote(seen.publications[wrong.own]?.type ?? '')}`)
    return shown.length === 0 ? unproven(expected, 'no event arrived') : finding(true, expected, [...new Set(shown.map(({ type }) => quote(type)))].slice(0, 5).join(', '))
  })
}

/** A first connection shows nothing that was published, and seen by others, before it. */
export function replaysNothing(seen: SseServerSeen, name: string, witness: string): Finding {
  const expected = 'nothing that was published before the stream was opened'
  return on(seen, name, expected, (stream) => {
    const before = new Map((seen.stream(witness)?.events ?? []).flatMap(({ own, atMs }) => (own !== undefined && atMs < stream.startedMs ? [[own, atMs] as const] : [])))
    const shown = ownOf(stream)
    const old = shown.filter(({ own }) => before.has(own))
    if (old.length > 0) return finding(false, expected, `${old.length} of ${before.size} events from before: ${named(seen, old.map(({ own }) => own))}`)
    if (before.size === 0) return seen.publishes ? unproven(expected, 'no event was seen before it was opened') : inapplicable(expected, 'no event was seen before it was opened')
    return shown.length === 0 ? unproven(expected, 'no event of the case arrived on it') : finding(true, expected, `${before.size} events before, and the first is ${named(seen, [shown[0]?.own ?? 0])}`)
  })
}

/** Every event has an id of its own. */
export function idsOf(seen: SseServerSeen): readonly string[] {
  return [...idsByNumber(seen).values()]
}
