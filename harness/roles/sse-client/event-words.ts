import type { RecordedEvent } from '../../transcript/client-line.ts'
import type { ClientSeen, StreamRequest } from './seen.ts'

/** An event that a case expects; type `message` and no id unless it says so. */
export interface ExpectedEvent {
  readonly type?: string
  readonly data: string
  readonly lastEventId?: string
}

const shownEvents = 5
const shownBytes = 160
const shownCharacters = 60

/** Such as `"a\nb"`, or `x "1" (id "7")`. */
export function eventWords({ type = 'message', data, lastEventId = '', ...more }: ExpectedEvent & Partial<RecordedEvent>): string {
  const length = more.length ?? data.length
  const text = length > shownCharacters ? `${quoted(data.slice(0, shownCharacters))}… (${length} characters)` : quoted(data)
  return `${type === 'message' ? '' : `${escapedText(type)} `}${text}${lastEventId === '' ? '' : ` (id ${quoted(lastEventId)})`}`
}

export function eventsWords(events: readonly (ExpectedEvent & Partial<RecordedEvent>)[]): string {
  if (events.length === 0) return 'no event'
  const shown = events.slice(0, shownEvents).map(eventWords).join(', ')
  return events.length > shownEvents ? `${shown} … ${events.length} events` : shown
}

/** What a client delivered; of a long list, the surroundings of the first difference. */
export function deliveredEvents(client: ClientSeen, expected: readonly ExpectedEvent[]): string {
  const events = client.events
  if (events.length <= shownEvents + 1) return eventsWords(events)
  const differs = events.findIndex((event, index) => event.data.slice(0, 256) !== (expected[index]?.data ?? event.data).slice(0, 256))
  if (differs < shownEvents) return `${events.slice(0, shownEvents).map(eventWords).join(', ')} … ${client.count} events`
  return `${client.count} events; from event ${differs} on: ${events.slice(differs - 1, differs + 3).map(eventWords).join(', ')}`
}

/** The bytes that a client was sent, with `|` where a write ended, as far as they fit on a line. */
export function sentBytes(requests: readonly StreamRequest[]): string {
  const bodies = requests.filter(({ bodyBytes }) => bodyBytes > 0)
  if (bodies.length === 0) return ''
  return `; the bytes were ${bodies.slice(0, 4).map((request) => `${escapedBytes(request.body, request.cuts)}${request.endingMs === undefined ? '' : ' end'}`).join(', then ')}`
}

/** Printable ASCII as it is, everything else as `\n`, `\r` or `\xNN`; `|` between two writes, unless every byte is one. */
export function escapedBytes(bytes: Uint8Array, cuts: readonly number[]): string {
  const everyByte = cuts.length > 3 && cuts.every((cut, index) => cut === index + 1)
  const ends = new Set(everyByte ? [] : cuts)
  let text = ''
  for (const [index, byte] of bytes.subarray(0, shownBytes).entries()) {
    text += byteText(byte)
    if (ends.has(index + 1) && index + 1 < bytes.length) text += '|'
  }
  return `${text}${bytes.length > shownBytes ? '…' : ''}${everyByte ? ' (each byte by itself)' : ''}`
}

export function escapedText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0
    return char === '\n' ? '\\n' : char === '\r' ? '\\r' : char === '\t' ? '\\t' : `\\u{${code.toString(16)}}`
  })
}

function quoted(text: string): string {
  return `"${escapedText(text)}"`
}

function byteText(byte: number): string {
  if (byte === 0x0a) return '\\n'
  if (byte === 0x0d) return '\\r'
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
}
