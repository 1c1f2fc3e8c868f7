import { all, type Finding } from '../../claim.ts'
import { awaitedOn, finding, inapplicable, lostOn, named, onSelected, owed, ownOf, quote, seconds, stalled, throttled, unproven } from './claims-reading.ts'
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
  return refusedKept(seen, name, expected) ?? resumed(seen, name, expected, (stream, due) => {
    const lost = lostOn(seen, stream, due)
    if (lost.length > 0) return finding(false, expected, `${lost.length} of ${due.length} lost: ${named(seen, lost.map(({ number }) => number))}`)
    const replay = awaitedOn(seen, stream, due).filter(({ afterMs }) => afterMs <= stream.startedMs)
    if (stalled(seen, stream, replay)) return finding(false, expected, `${replay.length} of ${due.length} did not come within ${seconds(stream.endedMs - stream.startedMs)}: ${named(seen, replay.map(({ number }) => number))}`)
    if (replay.length > 0 || ownOf(stream).length === 0) return unproven(expected, `${replay.length} of ${due.length} did not come while it was watched`)
    return finding(true, expected, `all ${due.length}, none lost`)
  })
}

/** A client error to an id that was given moments ago: the server has lost what it keeps. */
function refusedKept(seen: SseServerSeen, name: string, expected: string): Finding | undefined {
  const stream = seen.stream(name)
  const anchor = stream?.asked.afterOwn
  if (anchor === undefined || stream?.status === undefined || stream.status < 400 || stream.status >= 500 || throttled(stream)) return undefined
  return finding(false, expected, `${stream.status}, although ${named(seen, [anchor])} was published ${seconds(stream.startedMs - (seen.publications[anchor]?.afterMs ?? 0))} before and is kept`)
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

/** A resumed stream is complete, repeats nothing and goes on. */
export function resumedExactly(seen: SseServerSeen, name: string): Finding {
  return all([noGap(seen, name), noDuplicate(seen, name), thenLive(seen, name)])
}

/** The replay behind the newest id is empty. */
export function nothingBehindTail(seen: SseServerSeen, name: string): Finding {
  return refusedKept(seen, name, 'a stream that goes on behind the newest id') ?? all([noDuplicate(seen, name), thenLive(seen, name)])
}

/** Two streams that were resumed at the same id showed the same. */
export function sameReplay(seen: SseServerSeen, name: string, other: string): Finding {
  const expected = 'the same events each time'
  return refusedKept(seen, other, expected) ?? resumed(seen, name, expected, (one) => resumed(seen, other, expected, (two) => {
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
  const refused = walk.find((stream) => stream.status !== 200 && !leftUnanswered(seen, stream))
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

/** A connection that the harness left before its answer was overdue, as at the end of the budget. */
function leftUnanswered({ lagMs }: SseServerSeen, { status, fault, endedBy, startedMs, endedMs }: ReadStream): boolean {
  return status === undefined && fault === undefined && endedBy === 'harness' && endedMs - startedMs < 2500 + 2 * lagMs
}

function hopOf(walk: readonly ReadStream[], number: number): string {
  const at = walk.findIndex((stream) => ownOf(stream).some(({ own }) => own > number))
  const stream = walk[Math.max(0, at)]
  return `connection ${at + 1} resumed behind ${quote(stream?.asked.after ?? '', 60)}`
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
