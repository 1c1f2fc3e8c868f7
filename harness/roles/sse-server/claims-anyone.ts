import type { Finding } from '../../claim.ts'
import { finding, inapplicable, on, quote, unproven } from './claims-reading.ts'
import type { SseServerSeen } from './seen.ts'

/** What one client saw behind an id, the other got that resumed there: events are told apart by their ids alone. */
export function continuesBehind(seen: SseServerSeen, name: string, witness: string): Finding {
  const expected = 'what the first client saw behind that id'
  return on(seen, name, expected, (stream) => {
    const all = (seen.stream(witness)?.events ?? []).flatMap(({ id }) => id ?? [])
    const behind = all.slice(all.indexOf(stream.asked.after ?? '') + 1)
    const got = new Set(stream.events.flatMap(({ id }) => id ?? []))
    const newest = behind.findLastIndex((id) => got.has(id))
    if (newest < 0) return got.size > 0 && behind.length > 0 ? finding(false, expected, `none of ${words(behind)}, but ${words([...got])}`) : inapplicable(expected, 'no event was seen by both clients')
    const lost = behind.slice(0, newest + 1).filter((id) => !got.has(id))
    return finding(lost.length === 0, expected, lost.length === 0 ? `all ${newest + 1}` : `without ${words(lost)}`)
  })
}

/** The event that was named does not come again. */
export function repeatsNothing(seen: SseServerSeen, name: string): Finding {
  const expected = 'nothing up to that id'
  return on(seen, name, expected, ({ events, asked }) => {
    const again = events.find(({ id }) => id !== undefined && id === asked.after)
    if (again) return finding(false, expected, `the event ${quote(asked.after ?? '', 60)} again at byte ${again.offset}`)
    return events.length === 0 ? inapplicable(expected, 'no event came on the stream that was resumed') : finding(true, expected, `${events.length} events, that one not among them`)
  })
}

/** The server ended a stream behind a whole event, and as a complete HTTP body. */
export function endedWhole(seen: SseServerSeen, name: string): Finding {
  const expected = 'the end of the stream behind a whole event, as a complete body'
  return on(seen, name, expected, (stream) => {
    if (stream.endedBy !== 'server') return unproven(expected, 'the server did not end it')
    const rest = stream.tail.split(/\r\n|\r|\n/).filter((line) => line !== '' && !line.startsWith(':'))
    if (rest.length > 0) return finding(false, expected, `${quote(stream.tail)} behind the last whole event`)
    return finding(stream.complete, expected, stream.complete ? 'so it ended' : `the body broke off${stream.fault === undefined ? ' without its last chunk' : `: ${stream.fault}`}`)
  })
}

function words(ids: readonly string[]): string {
  return `${ids.slice(0, 5).map((id) => quote(id, 60)).join(', ')}${ids.length > 5 ? ` … ${ids.length} in all` : ''}`
}
