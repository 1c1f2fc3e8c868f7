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
  return `${value.slice(0, at)}conformance-${value.slice(at).replace(/[^A-Za-z0-9]/g, '')}`
}
