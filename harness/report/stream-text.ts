import { durationWords } from '../profile/duration.ts'
import { escapedBytes, eventsWords } from '../roles/sse-client/event-words.ts'
import type { ConnectionLine, ServedLine } from '../transcript/client-line.ts'
import { inert } from './inert.ts'

const shownHeaders = 6
const lineColumns = 240

/** A request of a stream client as HTTP text: `<` is what arrived, `>` what it was answered, with `|` where a write ended. */
export function servedText(line: ServedLine): string {
  const { request, body, arrivedMs, endingMs, closedMs, closedBy } = line
  const bytes = body.text === undefined ? Buffer.from(body.base64 ?? '', 'base64') : Buffer.from(body.text)
  const headers = request.headers.slice(0, shownHeaders).map(([name, value]) => `< ${inert(name, 80)}: ${inert(value, lineColumns)}`)
  const ends = [
    ...(endingMs === undefined ? [] : [`the harness ended it after ${durationWords(Math.round(endingMs - arrivedMs))}`]),
    ...(closedMs === undefined ? ['it was never seen to end'] : [`it was gone after ${durationWords(Math.round(closedMs - arrivedMs))}${closedBy === 'client' ? ', by the client' : ''}`]),
  ]
  return [
    `< ${inert(request.method, 20)} ${inert(request.target, lineColumns)} HTTP/1.1${line.elsewhere ? '  (another origin)' : ''}`,
    ...headers,
    ...(request.headers.length > shownHeaders ? [`< … ${request.headers.length - shownHeaders} more headers`] : []),
    `> ${inert(line.answer, 80)}`,
    ...(body.bytes === 0 ? [] : [`> ${inert(escapedBytes(bytes, line.cuts), lineColumns)}  (${body.bytes} bytes in ${line.writes === 1 ? 'one write' : `${line.writes} writes`})`]),
    `= ${ends.join('; ')}`,
  ].join('\n')
}

/** What a stream client told of a connection: what it was asked for, what it delivered, and its states. */
export function connectionText(line: ConnectionLine): string {
  const { headers, lastEventId, closeAfter } = line.asked
  const asked = [...(headers ? [`headers ${Object.keys(headers).join(', ')}`] : []), ...(lastEventId === undefined ? [] : [`lastEventId ${lastEventId}`]), ...(closeAfter === undefined ? [] : [`closeAfter ${closeAfter}`])]
  return [
    `> POST connections${asked.length === 0 ? '' : `, with ${inert(asked.join(', '), lineColumns)}`}`,
    `< ${inert(eventsWords(line.events), lineColumns * 2)}`,
    `= ${line.states.map(({ state, atMs }) => `${state} after ${durationWords(Math.round(atMs - line.startedMs))}`).join(', ') || 'no state was read'}${line.closedMs === undefined ? '' : `; closed after ${durationWords(Math.round(line.closedMs - line.startedMs))}`}`,
  ].join('\n')
}
