import type { HeaderLine } from '../http/message.ts'
import { durationWords } from '../profile/duration.ts'
import type { AttemptLine, ExchangeLine, RecordedBody } from '../transcript/line.ts'
import { inert } from './inert.ts'

const shownHeaders = 5
const lineColumns = 240

/**
 * An exchange of the transcript as HTTP text: `>` is what was sent, `<` what came back.
 *
 * It fits into sixteen lines, each inert and bounded. Bodies stand on one line; of many headers the first and the last are
 * shown, since what signs a delivery comes last.
 */
export function exchangeText(line: ExchangeLine): string {
  const { request, reply } = line
  const sent = [
    `> ${inert(request.method, 20)} ${inert(pathOf(request.url), lineColumns)} HTTP/1.1${request.framing === undefined ? '' : `  (${inert(request.framing, 80)})`}`,
    ...headerLines(request.headers, '>'),
    ...bodyLines(request.body, '>'),
  ]
  if (!reply) return [...sent, `< no answer: ${inert([line.fault ?? 'none was seen', line.detail ?? ''].filter((part) => part !== '').join(', '), lineColumns)}`].join('\n')
  return [
    ...sent,
    `< HTTP/1.1 ${reply.status} ${inert(reply.reason, 80)}`.trimEnd(),
    ...headerLines(reply.headers, '<'),
    ...bodyLines(reply.body, '<'),
    ...(reply.truncated ? ['< (the answer is longer, or broke off)'] : []),
  ].join('\n')
}

/**
 * An attempt of a producer as HTTP text: `<` is what arrived, `>` what the harness answered, `=` what it made of it.
 *
 * Its time is that after `emittedMs`, when the event was handed over, where that is known. Bounded like an exchange.
 */
export function attemptText(line: AttemptLine, emittedMs: number | undefined): string {
  const { request, arrivedMs, closedMs, closedBy } = line
  const since = emittedMs === undefined ? `${durationWords(arrivedMs)} into the run` : `${durationWords(Math.max(0, arrivedMs - emittedMs))} after the event was emitted`
  const lasted = closedMs === undefined ? 'its connection not seen to close' : `ended ${durationWords(Math.max(0, closedMs - arrivedMs))} later${closedBy === undefined ? '' : ` by the ${closedBy}`}`
  const times = [...(line.timestampAgeMs === undefined ? [] : [`timestamp ${agedWords(line.timestampAgeMs)}`]), ...(line.event === undefined ? ['carries no event of the case'] : [])]
  return [
    `< ${inert(request.method, 20)} ${inert(request.target, lineColumns)} HTTP/1.1`,
    ...headerLines(request.headers, '<'),
    ...bodyLines(request.body, '<'),
    `> ${inert(line.answer, 80)}`,
    `= arrived at ${inert(line.endpoint, 80)} ${since}, ${lasted}`,
    `= ${[`signature ${inert(line.signature, 120)}${line.foreignKey ? ', with the secret of another endpoint' : ''}`, ...times].join('; ')}`,
  ].join('\n')
}

function agedWords(ms: number): string {
  return `${durationWords(Math.abs(ms))} ${ms < 0 ? 'ahead' : 'old'}`
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}

function headerLines(headers: readonly HeaderLine[], mark: string): readonly string[] {
  const text = ([name, value]: HeaderLine) => `${mark} ${inert(name, 80)}: ${inert(value, lineColumns)}`
  if (headers.length <= shownHeaders) return headers.map(text)
  const last = headers.slice(-2)
  const first = headers.slice(0, shownHeaders - last.length - 1)
  return [...first.map(text), `${mark} … ${headers.length - first.length - last.length} more headers`, ...last.map(text)]
}

function bodyLines(body: RecordedBody, mark: string): readonly string[] {
  if (body.bytes === 0) return []
  const text = body.text === undefined ? `base64 ${body.base64 ?? ''}` : body.text
  const cut = text.length > lineColumns ? `${inert(text.slice(0, lineColumns).replace(/[\uD800-\uDBFF]$/, ''))}…` : inert(text)
  return [`${mark} ${cut}  (${body.bytes} bytes)`]
}
