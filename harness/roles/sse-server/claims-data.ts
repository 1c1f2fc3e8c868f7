import { all, type Finding } from '../../claim.ts'
import { finding, inapplicable, isBefore, on, ownOf, quote, unproven } from './claims-reading.ts'
import type { Publication, ReadStream, SseServerSeen } from './seen.ts'

/** These events arrived with exactly the data that were published; line ends are LF. */
export function arrivedExactly(seen: SseServerSeen, name: string, events: readonly string[]): Finding {
  return on(seen, name, 'the data that were published', (stream) => all(events.map((event) => exactly(seen, stream, event))))
}

function exactly(seen: SseServerSeen, stream: ReadStream, event: string): Finding {
  const publication = seen.publication(event)
  if (!publication) return unproven('the data that were published', `the event "${event}" was not published`)
  const expected = publication.dataLength > 200 ? `${publication.dataLength} characters of data` : `data ${quote(publication.data)}`
  if (publication.outcome !== 'accepted') return unproven(expected, `the target did not take the event: ${publication.detail ?? publication.outcome}`)
  const came = ownOf(stream).filter(({ own }) => own === publication.number)
  const [first] = came
  if (!first) return missing(seen, stream, publication, expected)
  if (came.some(({ exact }) => exact)) return finding(true, expected, 'the same')
  if (isJsonOf(first.data, publication)) return unproven(expected, `the target publishes a string as its JSON text, ${quote(first.data)}; the control API asks for the string as it stands`)
  return finding(false, expected, `${quote(first.data)} at byte ${first.offset}${first.dataLength === publication.dataLength ? '' : `, ${first.dataLength} characters for ${publication.dataLength}`}${neighbour(stream, first.offset)}`)
}

function missing(seen: SseServerSeen, stream: ReadStream, publication: Publication, expected: string): Finding {
  const later = ownOf(stream).find(({ own }) => {
    const other = seen.publications[own]
    return other !== undefined && isBefore(publication, other)
  })
  if (!later) return unproven(expected, 'the event did not arrive, and nothing that was published after it')
  const forged = stream.events.find((event) => event.forged)
  return finding(false, expected, `no such event, though a later one came at byte ${later.offset}${forged ? `; in its place type ${quote(forged.type)} with data ${quote(forged.data)}` : ''}`)
}

/** An event that came into being beside the one whose data were torn. */
function neighbour({ events }: ReadStream, offset: number): string {
  const forged = events.find((event) => event.forged && event.offset !== offset)
  return forged ? `, and an event of its own at byte ${forged.offset}: type ${quote(forged.type)}, data ${quote(forged.data)}` : ''
}

function isJsonOf(data: string, { data: text }: Publication): boolean {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'string' && value.replace(/\r\n?/g, '\n').startsWith(text.slice(0, 200))
  } catch {
    return false // it is no JSON
  }
}

/** Nothing of a type, an id or data became a line of its own: the event is refused, or arrives as one event. */
export function injectsNothing(seen: SseServerSeen, name: string, events: readonly string[], what: string): Finding {
  const expected = `no field and no event from ${what}`
  return on(seen, name, expected, (stream) => {
    const forged = stream.events.find((event) => event.forged)
    if (forged) return finding(false, expected, `an event at byte ${forged.offset} with type ${quote(forged.type)}, id ${quote(forged.id ?? '')}, data ${quote(forged.data)}`)
    const nul = stream.flaws.find(({ code }) => code === 'nul-in-id')
    if (nul) return finding(false, expected, `${nul.fact}, at byte ${nul.offset}`)
    const published = events.flatMap((event) => seen.publication(event) ?? [])
    const latest = ownOf(stream).at(-1)
    const last = latest && seen.publications[latest.own]
    if (published.length === 0 || !last || published.some((publication) => !isBefore(publication, last) && publication.number !== last.number)) return unproven(expected, 'nothing that was published after them arrived')
    const words = published.map(({ name: event, outcome, number }) => {
      const came = ownOf(stream).filter(({ own }) => own === number)
      return `${event}: ${outcome === 'accepted' ? (came.length > 0 ? `one event of type ${quote(came[0]?.type ?? '', 60)}` : 'taken, and not sent') : 'refused'}`
    })
    return finding(true, expected, words.join('; '))
  })
}

/** The stream is UTF-8 although the text that was published was not Unicode. */
export function staysUtf8(seen: SseServerSeen, name: string): Finding {
  const expected = 'a body that is valid UTF-8'
  return on(seen, name, expected, ({ flaws, bytes }) => {
    const flaw = flaws.find(({ code }) => code === 'invalid-utf8')
    if (flaw) return finding(false, expected, `${flaw.fact}, at byte ${flaw.offset}`)
    if (bytes > 0) return finding(true, expected, `${bytes} bytes of UTF-8`)
    return seen.publishes ? unproven(expected, 'not a byte of the body came') : inapplicable(expected, 'nothing was sent while the stream was watched')
  })
}
