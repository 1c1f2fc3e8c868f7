import { withHeader } from '../../http/headers.ts'
import type { HeaderLine, WireRequest } from '../../http/message.ts'
import type { SseServerStage } from './stage.ts'
import type { Asking } from './vocabulary.ts'

/** A request for a stream, with what the case knows by now in place of what it named. */
export interface Question extends Pick<Asking, 'method' | 'acceptEncoding' | 'credentials'> {
  readonly lastEventId?: string
  readonly types?: readonly string[]
  /** Key of the resource. */
  readonly resource?: string
}

/** The bytes of a request for a stream, like those of an `EventSource`. */
export function questionBytes({ policy, url, headers, credentials }: SseServerStage, question: Question): WireRequest {
  const target = question.resource === undefined || policy.resource === undefined ? new URL(url) : new URL(policy.resource.replace('{key}', encodeURIComponent(question.resource)), url)
  if (question.types && policy.filter !== undefined) {
    const list = `${encodeURIComponent(policy.filter)}=${question.types.map(encodeURIComponent).join(',')}`
    target.search = target.search === '' ? list : `${target.search}&${list}`
  }
  let lines: HeaderLine[] = [['Accept', 'text/event-stream'], ['Cache-Control', 'no-cache'], ['Connection', 'keep-alive']]
  for (const [name, value] of headers) {
    const secret = credentials.includes(name)
    if (secret && question.credentials === 'none') continue
    lines = withHeader(lines, name, secret && question.credentials === 'wrong' ? corrupted(value) : value)
  }
  if (question.acceptEncoding !== undefined) lines.push(['Accept-Encoding', question.acceptEncoding])
  // Header values are bytes: the standard sends an id as UTF-8.
  if (question.lastEventId !== undefined) lines.push(['Last-Event-ID', Buffer.from(question.lastEventId, 'utf8').toString('latin1')])
  return { method: question.method ?? 'GET', url: target.href, headers: lines, body: Buffer.alloc(0) }
}

/** Credentials of the same form that are not valid. */
function corrupted(value: string): string {
  const at = value.lastIndexOf(' ') + 1
  return `${value.slice(0, at)}${[...value.slice(at)].reverse().join('')}conformance`
}

/** An id that looks like those that a target gives, and that it has never given. */
export function idLike(ids: readonly string[], random: (bytes: number) => Buffer): string {
  const example = ids.at(-1) ?? ''
  const digits = /\d+(?=\D*$)/.exec(example)
  if (digits && !/[0-9a-f]{8}/i.test(example.slice(Math.max(0, digits.index - 8)).replace(/^\d+$/, ''))) {
    // A counter: a number that it will not reach in the time of the run.
    const far = `9${String(random(6).readUIntBE(0, 6)).padStart(15, '0').slice(0, Math.max(11, Math.min(15, digits[0].length)))}`
    return `${example.slice(0, digits.index)}${far}${example.slice(digits.index + digits[0].length)}`
  }
  const run = /[0-9A-Za-z]+(?=[^0-9A-Za-z]*$)/.exec(example)
  if (!run) return `conformance-${random(6).toString('hex')}`
  const noise = random(run[0].length)
  const other = [...run[0]].map((character, index) => alike(character, noise[index] ?? 0)).join('')
  const id = `${example.slice(0, run.index)}${other.length < 8 ? `${other}${random(6).toString('hex')}` : other}${example.slice(run.index + run[0].length)}`
  return ids.includes(id) ? `${id}${random(3).toString('hex')}` : id
}

function alike(character: string, noise: number): string {
  const sets = ['0123456789', 'abcdef', 'ABCDEF', 'ghijklmnopqrstuvwxyz', 'GHIJKLMNOPQRSTUVWXYZ']
  const set = sets.find((each) => each.includes(character)) ?? character
  return set[noise % set.length] ?? character
}
