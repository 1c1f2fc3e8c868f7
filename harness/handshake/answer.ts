import { createHmac, timingSafeEqual } from 'node:crypto'
import { headerValues } from '../http/headers.ts'
import type { HeaderLine } from '../http/message.ts'
import { parseJson, valueAt, type Json } from '../profile/json-pointer.ts'
import type { Condition, Handshake, HandshakeAnswer, Value } from './handshake.ts'

/** A request as its receiver sees it; the URL may be a path. */
export interface ChallengeRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
}

export interface HandshakeKeys {
  /** The secret of the endpoint, in the form in which it was given. */
  readonly secret: string
  readonly config: Readonly<Record<string, string>>
}

export interface AnsweredChallenge {
  readonly status: number
  readonly headers: readonly HeaderLine[]
  readonly body: string
}

/** The challenge that a request is; undefined when it is a delivery like any other. */
export function handshakeOf(handshakes: readonly Handshake[], request: ChallengeRequest): Handshake | undefined {
  const look = reader(request)
  return handshakes.find(({ match }) => {
    if (match.method !== request.method) return false
    const equals = (kind: 'query' | 'header' | 'json') => Object.entries(match[kind] ?? {}).every(([name, wanted]) => [wanted].flat().some((one) => same(look[kind](name), one)) || same(look[kind](name), wanted))
    const has = (kind: 'query' | 'header' | 'json') => (match[`${kind}Has`] ?? []).every((name) => look[kind](name) !== undefined)
    return (['query', 'header', 'json'] as const).every((kind) => equals(kind) && has(kind))
  })
}

/** Whether everything holds that the answer depends on; `signed` is whether the signature of the request verifies. */
export function mayAnswer({ auth = [] }: Handshake, request: ChallengeRequest, keys: HandshakeKeys, signed: () => boolean): boolean {
  return auth.every((one) => (one === 'signature' ? signed() : one === 'handshake-window-open' || holds(one, request, keys)))
}

/** The answer that the data asks for. A value that the request lacks is the empty text. */
export function answerTo({ status, headers = {}, body, json }: HandshakeAnswer, request: ChallengeRequest, keys: HandshakeKeys): AnsweredChallenge {
  const value = (from: Value) => valueOf(from, request, keys)
  const lines = Object.entries(headers).map(([name, from]): HeaderLine => [name, text(value(from))])
  if (json !== undefined) {
    const document = Object.fromEntries(Object.entries(json).map(([name, from]) => [name, value(from) ?? '']))
    return { status, headers: [...lines, ['content-type', 'application/json']], body: JSON.stringify(document) }
  }
  return { status, headers: lines, body: body === undefined ? '' : text(value(body)) }
}

function holds({ constantTimeEquals, in: among, optional }: Condition, request: ChallengeRequest, keys: HandshakeKeys): boolean {
  const [given, wanted] = (constantTimeEquals ?? among ?? []).map((from) => valueOf(from, request, keys))
  if (given === undefined || wanted === undefined) return optional === true
  if (constantTimeEquals === undefined) return text(wanted).split(/[\s,]+/).includes(text(given))
  const [a, b] = [Buffer.from(text(given)), Buffer.from(text(wanted))]
  return a.length === b.length && timingSafeEqual(a, b)
}

function valueOf(from: Value, request: ChallengeRequest, keys: HandshakeKeys): Json | undefined {
  if (typeof from !== 'object') return from
  const look = reader(request)
  if (from.query !== undefined) return look.query(from.query)
  if (from.header !== undefined) return look.header(from.header)
  if (from.json !== undefined) return look.json(from.json)
  if (from.config !== undefined) return keys.config[from.config] ?? from.default
  if (from.concat !== undefined) return from.concat.map((part) => text(valueOf(part, request, keys))).join('')
  if (from.hmac !== undefined) return createHmac(from.hmac.hash, keys.secret).update(text(valueOf(from.hmac.data, request, keys))).digest(from.hmac.encoding)
  return from.default
}

function reader({ url, headers, body }: ChallengeRequest) {
  const { searchParams } = new URL(url, 'http://receiver.invalid')
  const document = parseJson(body.toString('utf8'))
  return {
    query: (name: string): Json | undefined => searchParams.get(name) ?? undefined,
    header: (name: string): Json | undefined => headerValues(headers, name)[0],
    json: (pointer: string): Json | undefined => (document === undefined ? undefined : valueAt(document, pointer)),
  }
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}

function same(value: Json | undefined, wanted: unknown): boolean {
  return value !== undefined && JSON.stringify(value) === JSON.stringify(wanted)
}
