import type { Finding } from '../../claim.ts'
import { headerValues } from '../../http/headers.ts'
import { finding, idsByNumber, inapplicable, lostOn, named, on, ownOf, quote, throttled, unproven } from './claims-reading.ts'
import { noGap } from './claims-resume.ts'
import type { Publication, ReadStream, SseServerSeen } from './seen.ts'

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

/** A history that is longer than what a target keeps cannot be replayed; that it says so is all that is asked of it. */
export function whereKept(seen: SseServerSeen, name: string, judge: () => Finding): Finding {
  const stream = seen.stream(name)
  const signal = stream && signalOf(seen, stream)
  return signal === undefined ? judge() : inapplicable('a replay of the whole history', `the target keeps less, and says so: ${signal}`)
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
  const reset = seen.staged.findLast(({ verb }) => verb === 'reset')
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
  // A server that sends its headers with the first event has nothing to send where nobody publishes.
  if (after?.status === undefined && after?.fault === undefined && !seen.publishes) return inapplicable(expected, 'nothing was published, and no header section came without an event')
  return unproven(expected, 'an ordinary request was not answered afterwards')
}
