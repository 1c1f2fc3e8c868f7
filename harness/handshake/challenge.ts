import type { HeaderLine } from '../http/message.ts'
import { withValueAt, type Json } from '../profile/json-pointer.ts'
import type { Condition, Handshake, HandshakeAnswer, Value } from './handshake.ts'

/** What a sender asks an endpoint, made from the data of a handshake. */
export interface Challenge {
  readonly method: string
  /** Parameters to add to the URL. */
  readonly query: Readonly<Record<string, string>>
  readonly headers: readonly HeaderLine[]
  /** Undefined where the challenge has none. */
  readonly body: string | undefined
}

/**
 * A challenge whose answer shows that the endpoint read it: `token` stands wherever the answer takes a value from.
 *
 * Configured values, such as a verify token, are those of `config`; where there is none, `stranger` stands in their place.
 */
export function challengeFor({ match, auth = [], respond }: Handshake, token: string, config: Readonly<Record<string, string>>, stranger: string): Challenge {
  const asked = { query: new Map<string, Json>(), header: new Map<string, Json>(), json: new Map<string, Json>() }
  for (const kind of ['query', 'header', 'json'] as const) {
    for (const name of [...(match[`${kind}Has`] ?? []), ...sourcesIn(respond, kind)]) asked[kind].set(name, token)
    // Data that came out of a document: JSON.
    for (const [name, wanted] of Object.entries(match[kind] ?? {})) asked[kind].set(name, kind === 'json' ? (wanted as Json) : (([wanted].flat() as Json[])[0] ?? ''))
  }
  for (const condition of auth) {
    if (typeof condition === 'string') continue
    const [given, wanted] = conditionOf(condition)
    if (typeof given !== 'object' || typeof wanted !== 'object' || wanted.config === undefined) continue
    const value = config[wanted.config] ?? stranger
    for (const kind of ['query', 'header', 'json'] as const) if (given[kind] !== undefined) asked[kind].set(given[kind], value)
  }
  const body = [...asked.json].reduce<Json>((document, [pointer, value]) => withValueAt(document, pointer, value), {})
  return {
    method: match.method,
    query: Object.fromEntries([...asked.query].map(([name, value]) => [name, String(value)])),
    headers: [...asked.header].map(([name, value]): HeaderLine => [name, String(value)]),
    body: asked.json.size === 0 ? undefined : JSON.stringify(body),
  }
}

/** Names of what both sides have to configure for the handshake. */
export function configuredBy({ auth = [] }: Handshake): readonly string[] {
  return auth.flatMap((condition) => (typeof condition === 'string' ? [] : conditionOf(condition).flatMap((value) => (typeof value === 'object' && value.config !== undefined ? [value.config] : []))))
}

function conditionOf({ constantTimeEquals, in: among }: Condition): readonly Value[] {
  return constantTimeEquals ?? among ?? []
}

function sourcesIn({ headers = {}, body, json = {} }: HandshakeAnswer, kind: 'query' | 'header' | 'json'): readonly string[] {
  return [...Object.values(headers), ...Object.values(json), ...(body === undefined ? [] : [body])].flatMap((value) => sourcesOf(value, kind))
}

function sourcesOf(value: Value, kind: 'query' | 'header' | 'json'): readonly string[] {
  if (typeof value !== 'object') return []
  const own = value[kind]
  return [...(own === undefined ? [] : [own]), ...(value.concat ?? []).flatMap((part) => sourcesOf(part, kind)), ...(value.hmac ? sourcesOf(value.hmac.data, kind) : [])]
}
