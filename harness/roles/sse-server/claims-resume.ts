import { all, type Finding } from '../../claim.ts'
import { headerValues } from '../../http/headers.ts'
import { awaitedOn, finding, idsByNumber, inapplicable, lostOn, named, on, onSelected, owed, ownOf, quote, seconds, stalled, throttled, unproven } from './claims-reading.ts'
import type { Publication, ReadStream, SseServerSeen } from './seen.ts'

/** Judges a stream that was resumed behind an event of the case. */
function resumed(seen: SseServerSeen, name: string, expected: string, judge: (stream: ReadStream, due: readonly Publication[]) => Finding): Finding {
  return onSelected(seen, name, expected, (stream) => {
    if (stream.asked.afterOwn === undefined) return seen.publishes ? unproven(expected, 'it was not resumed behind an event of the case') : inapplicable(expected, 'it was not resumed behind a known event')
    return judge(stream, owed(seen, stream))
  })
}

/** Everything behind the id came. */
export function noGap(seen: SseServerSeen, name: string): Finding {
  const id = seen.stream(name)?.asked.after ?? ''
  const expected = `every event behind ${quote(id, 60)}`
  return resumed(seen, name, expected, (stream, due) => {
    const lost = lostOn(seen, stream, due)
    if (lost.length > 0) return finding(false, expected, `${lost.length} of ${due.length} lost: ${named(seen, lost.map(({ number }) => number))}`)
    const replay = awaitedOn(seen, stream, due).filter(({ afterMs }) => afterMs <= stream.startedMs)
    if (stalled(seen, stream, replay)) return finding(false, expected, `${replay.length} of ${due.length} did not come within ${seconds(stream.endedMs - stream.startedMs)}: ${named(seen, replay.map(({ number }) => number))}`)
    if (replay.length > 0 || ownOf(stream).length === 0) return unproven(expected, `${replay.length} of ${due.length} did not come while it was watched`)
    return finding(true, expected, `all ${due.length}, none lost`)
  })
}

/** Nothing up to the id came again, and nothing twice. */
export function noDuplicate(seen: SseServerSeen, name: string): Finding {
  const id = seen.stream(name)?.asked.after ?? ''
  const expected = `nothing up to ${quote(id, 60)}, and nothing twice`
  return resumed(seen, name, expected, (stream) => {
    const shown = ownOf(stream)
    const old = shown.filter(({ own }) => own <= (stream.asked.afterOwn ?? -1))
    if (old.length > 0) return finding(false, expected, `${old.length} again: ${named(seen, old.map(({ own }) => own))}, the first at byte ${old[0]?.offset ?? 0}`)
    const twice = repeated(shown.map(({ own }) => own))
    if (twice.length > 0) return finding(false, expected, `${twice.length} twice: ${named(seen, twice)}`)
    return shown.length === 0 ? unproven(expected, 'no event of the case arrived on it') : finding(true, expected, `${shown.length} events, each once`)
  })
}

/** The replay came in its order, and before what was published later. */
export function replayedInOrder(seen: SseServerSeen, name: string): Finding {
  const expected = 'replayed events in their order, and before live ones'
  return resumed(seen, name, expected, (stream) => {
    const numbers = [...new Set(ownOf(stream).map(({ own }) => own))]
    const at = numbers.findIndex((own, index) => index > 0 && own < (numbers[index - 1] ?? 0))
    if (at > 0) return finding(false, expected, `${named(seen, [numbers[at - 1] ?? 0])} before ${named(seen, [numbers[at] ?? 0])}`)
    return numbers.length < 2 ? unproven(expected, `${numbers.length} events of the case arrived on it`) : finding(true, expected, `${numbers.length} events in order`)
  })
}

/** What was published after the stream was resumed came too. */
export function thenLive(seen: SseServerSeen, name: string): Finding {
  const expected = 'events that are published after the replay'
  return resumed(seen, name, expected, (stream, due) => {
    const later = due.filter(({ beforeMs }) => beforeMs >= stream.startedMs)
    const shown = new Set(ownOf(stream).map(({ own }) => own))
    if (later.some(({ number }) => shown.has(number))) return finding(true, expected, `the first of them ${named(seen, later.filter(({ number }) => shown.has(number)).slice(0, 1).map(({ number }) => number))}`)
    if (stream.endedBy === 'server') return finding(false, expected, `the server ended the stream after ${shown.size} events`)
    return stalled(seen, stream, later) ? finding(false, expected, `none of ${later.length} within ${seconds(stream.endedMs - (later[0]?.afterMs ?? 0))}, behind ${shown.size} replayed ones`) : unproven(expected, 'none was waited for long enough')
  })
}

/** A resumed stream is complete, exact and goes on: all that a client relies on. */
export function resumedExactly(seen: SseServerSeen, name: string): Finding {
  return all([noGap(seen, name), noDuplicate(seen, name), replayedInOrder(seen, name), thenLive(seen, name)])
}

/** The replay behind the newest id is empty. */
export function nothingBehindTail(seen: SseServerSeen, name: string): Finding {
  return all([noDuplicate(seen, name), thenLive(seen, name)])
}

/** Two streams that were resumed at the same id showed the same. */
export function sameReplay(seen: SseServerSeen, name: string, other: string): Finding {
  const expected = 'the same events each time'
  return resumed(seen, name, expected, (one) => resumed(seen, other, expected, (two) => {
    const before = (stream: ReadStream) => ownOf(stream).map(({ own }) => own).filter((own) => (seen.publications[own]?.afterMs ?? Infinity) <= Math.min(one.startedMs, two.startedMs))
    const [first, second] = [before(one), before(two)]
    const onlyFirst = first.filter((own) => !second.includes(own))
    const onlySecond = second.filter((own) => !first.includes(own))
    if (onlyFirst.length + onlySecond.length > 0) return finding(false, expected, `${onlyFirst.length > 0 ? `not the second time: ${named(seen, onlyFirst)}` : `not the first time: ${named(seen, onlySecond)}`}`)
    return first.length === 0 ? unproven(expected, 'nothing was replayed') : finding(true, expected, `${first.length} events, both times`)
  }))
}

/** One client that came back again and again has seen everything once, in order. */
export function unionExact(seen: SseServerSeen, name: string): Finding {
  const walk = seen.streamsOf(name).filter((stream) => !throttled(stream))
  const shown = walk.flatMap((stream) => ownOf(stream).map(({ own }) => own))
  const due = seen.publications.filter(({ name: event, outcome }) => outcome === 'accepted' && /^(event \d+|one more)$/.test(event)).map(({ number }) => number)
  const expected = `every one of ${due.length} events once, over ${walk.length} connections`
  const refused = walk.find(({ status }) => status !== 200)
  if (refused) return finding(false, expected, `the connection that resumed behind ${quote(refused.asked.after ?? '', 60)} ${refused.status === undefined ? `was not answered${refused.fault === undefined ? '' : `: ${refused.fault}`}` : `was answered with ${refused.status}`}`)
  if (shown.length === 0 || due.length === 0) return unproven(expected, 'no event of the case arrived')
  const set = new Set(shown)
  const twice = repeated(shown)
  const newest = Math.max(...shown.slice(-1))
  const lost = due.filter((number) => number < newest && !set.has(number))
  if (lost.length > 0) return finding(false, expected, `${lost.length} lost: ${named(seen, lost)}; ${hopOf(walk, lost[0] ?? 0)}`)
  if (twice.length > 0) return finding(false, expected, `${twice.length} twice: ${named(seen, twice)}; ${hopOf(walk, twice[0] ?? 0)}`)
  const at = shown.findIndex((own, index) => index > 0 && own < (shown[index - 1] ?? 0))
  if (at > 0) return finding(false, expected, `${named(seen, [shown[at - 1] ?? 0])} before ${named(seen, [shown[at] ?? 0])}`)
  if (walk.length < 3) return unproven(expected, `the client came back ${walk.length - 1} times only`)
  return finding(true, expected, `all of ${set.size}, once, in order`)
}

function hopOf(walk: readonly ReadStream[], number: number): string {
  const at = walk.findIndex((stream) => ownOf(stream).some(({ own }) => own > number))
  const stream = walk[Math.max(0, at)]
  return `connection ${at + 1} resumed behind ${quote(stream?.asked.after ?? '', 60)}`
}

/** How a stream told that it cannot go on behind the id, if it did. */
export function signalOf({ policy: { lost } }: SseServerSeen, stream: ReadStream): string | undefined {
  if (stream.status !== undefined && lost.statuses.includes(stream.status)) return `${stream.status}`
  if (stream.status !== 200) return undefined
  const value = lost.header === undefined ? undefined : headerValues(stream.headers, lost.header)[0]
  if (lost.header !== undefined && value !== undefined && value !== stream.asked.after) return `${lost.header}: ${value.slice(0, 100)}`
  const at = lost.event === undefined ? -1 : stream.events.findIndex(({ type }) => type === lost.event)
  const firstOwn = stream.events.findIndex(({ own }) => own !== undefined)
  return at >= 0 && (firstOwn < 0 || at < firstOwn) ? `an event of type ${quote(lost.event ?? '')}` : undefined
}

export function signalWords({ policy: { lost } }: SseServerSeen): string {
  return [...lost.statuses.map(String), ...(lost.event === undefined ? [] : [`an event of type ${quote(lost.event)} before any other`]), ...(lost.header === undefined ? [] : [`${lost.header} with another id`])].join(' or ')
}

/** Events that others publish move what is kept: its edge cannot be staged then. */
export function undisturbed(seen: SseServerSeen, witness: string, judge: () => Finding): Finding {
  const stream = seen.stream(witness)
  const first = stream?.events.findIndex(({ own }) => own !== undefined) ?? 0
  const foreign = stream?.events.find(({ own }, index) => own === undefined && index > first)
  return foreign ? inapplicable('the edge of what is kept', `others publish too, which evicts what the case published: type ${quote(foreign.type, 60)} at byte ${foreign.offset}`) : judge()
}

/** A position that cannot be resumed from is signalled. `lenient`: any refusal of the request counts as well. */
export function signalled(seen: SseServerSeen, name: string, what: string, { lenient }: { readonly lenient: boolean }): Finding {
  const expected = `${signalWords(seen)}, since the id ${what}`
  const stream = seen.stream(name)
  if (!stream) return seen.publishes ? unproven(expected, 'the stream was not opened') : inapplicable(expected, 'no event with an id was seen while the stream was watched')
  if (stream.status === undefined || throttled(stream)) return on(seen, name, expected, () => unproven(expected, 'there was no answer'))
  const signal = signalOf(seen, stream)
  if (signal !== undefined) return finding(true, expected, signal)
  const id = quote(stream.asked.after ?? '', 60)
  if (stream.status !== 200) {
    const refused = stream.status >= 400 && stream.status < 500 && ![401, 403].includes(stream.status)
    return finding(lenient && refused, expected, `${stream.status} to ${id}${lenient ? '' : '; where this is how the target signals a loss, the profile says so in lost.statuses'}`)
  }
  const shown = ownOf(stream)
  if (stream.asked.afterOwn !== undefined && shown.length > 0 && lostOn(seen, stream).length === 0 && ownOf(stream)[0]?.own === stream.asked.afterOwn + 1) return unproven(expected, `the target resumed completely behind ${id}, so that nothing was evicted although it was told to`)
  if (seen.policy.lost.event !== undefined && stream.events.length === 0) return unproven(expected, `200 to ${id}, and no event while it was watched`)
  return finding(false, expected, `200 to ${id}, ${shown.length === 0 ? 'and a stream that starts live' : `and then, as if nothing were missing, ${named(seen, shown.slice(0, 3).map(({ own }) => own))}`}`)
}

/** A position at the edge of what is kept: everything behind it, or the signal where the id itself is gone. */
export function completeOrSignalled(seen: SseServerSeen, name: string): Finding {
  const stream = seen.stream(name)
  const signal = stream && signalOf(seen, stream)
  return signal === undefined ? noGap(seen, name) : finding(true, `everything behind ${quote(stream?.asked.after ?? '', 60)}, or the signal`, signal)
}

/** No id of before a reset names an event of after it. */
export function noIdAgain(seen: SseServerSeen, name: string): Finding {
  const expected = 'ids of after a reset that were none before'
  const reset = seen.staged.find(({ verb }) => verb === 'reset')
  if (!reset?.done) return unproven(expected, `the target was not reset: ${reset?.detail ?? 'the case did not get there'}`)
  const ids = idsByNumber(seen)
  const of = (test: (publication: Publication) => boolean) => seen.publications.filter(test).flatMap(({ number }) => ids.get(number) ?? [])
  const before = new Set(of(({ afterMs }) => afterMs <= reset.beforeMs))
  const after = of(({ beforeMs }) => beforeMs >= reset.afterMs)
  const again = after.filter((id) => before.has(id))
  if (again.length > 0) return finding(false, expected, `${again.length} again: ${again.slice(0, 5).map((id) => quote(id, 60)).join(', ')}`)
  if (before.size === 0 || after.length === 0) return unproven(expected, `${before.size} ids were seen before it and ${after.length} after it`)
  const stream = seen.stream(name)
  const shown = new Set(stream ? ownOf(stream).map(({ own }) => own) : [])
  if (stream?.status === 200 && signalOf(seen, stream) === undefined) {
    const missing = seen.publications.filter(({ beforeMs, afterMs, outcome, number }) => outcome === 'accepted' && beforeMs >= reset.afterMs && afterMs <= stream.startedMs && !shown.has(number))
    if (missing.length > 0) return finding(false, expected, `behind ${quote(stream.asked.after ?? '', 60)}, of before the reset, a stream without ${named(seen, missing.map(({ number }) => number))}, and no signal`)
  }
  return finding(true, expected, `${after.length} new ids; ${stream?.status ?? 'no answer'} to the old one`)
}

/** A stream of one resource shows nothing of another whose id it was given. */
export function nothingForeign(seen: SseServerSeen, name: string): Finding {
  const expected = 'no event of the other resource'
  const stream = seen.stream(name)
  if (stream?.status !== undefined && stream.status >= 400 && stream.status < 500 && !throttled(stream)) return finding(true, expected, `${stream.status} to ${quote(stream.asked.after ?? '', 60)}`)
  return on(seen, name, expected, (opened) => {
    const foreign = ownOf(opened).filter(({ own }) => seen.publications[own]?.key !== opened.asked.resource)
    if (foreign.length > 0) return finding(false, expected, `${named(seen, foreign.map(({ own }) => own))} about ${quote(seen.publications[foreign[0]?.own ?? -1]?.key ?? 'no resource')}`)
    const signal = signalOf(seen, opened)
    if (signal !== undefined) return finding(true, expected, signal)
    const own = lostOn(seen, opened)
    if (own.length > 0) return finding(false, `${expected}, and its own behind that position or a signal`, `no signal, and without ${named(seen, own.map(({ number }) => number))}`)
    return ownOf(opened).length === 0 ? unproven(expected, 'no event of the case arrived on it') : finding(true, expected, `${ownOf(opened).length} events of its own resource`)
  })
}

/** No answer to a hostile id is a breakdown, and the target goes on serving. */
export function survives(seen: SseServerSeen, names: readonly string[], afterwards: string): Finding {
  const expected = 'any answer below 500, and a target that goes on serving'
  const after = seen.stream(afterwards)
  const broken = names.map((name) => seen.stream(name)).find((stream) => (stream?.status ?? 0) >= 500 && !(stream?.status === 503 && headerValues(stream.headers, 'retry-after').length > 0))
  if (broken) return finding(false, expected, `${broken.status ?? ''} to Last-Event-ID ${quote(broken.asked.after ?? '', 60)}`)
  if (after?.status !== undefined && after.status < 500) return finding(true, expected, names.map((name) => seen.stream(name)).map((stream) => String(stream?.status ?? 'no answer')).join(', '))
  return unproven(expected, 'an ordinary request was not answered afterwards')
}

function repeated(numbers: readonly number[]): readonly number[] {
  const once = new Set<number>()
  const twice = new Set<number>()
  for (const number of numbers) {
    if (once.has(number)) twice.add(number)
    once.add(number)
  }
  return [...twice]
}
