import { headerValues } from '../../harness/http/headers.ts'
import type { Json } from '../../harness/profile/json-pointer.ts'
import type { SignatureScheme, SignatureTimestamp } from '../../harness/signing/scheme.ts'
import { computeSignature } from '../../harness/signing/sign.ts'
import { authenticate, honestParts, type ConsumerParts, type Setting } from '../../reference/consumer/parts.ts'
import type { ReceivedRequest } from '../../reference/consumer/request.ts'

export { authenticate }

type Judgement = (request: ReceivedRequest, setting: Setting) => boolean

/** Accepts what is authentic, and what gets through a second look. */
export function acceptsAlso(second: Judgement): Partial<ConsumerParts> {
  return { authenticate: (request, setting) => authenticate(request, setting) || second(request, setting) }
}

/** Refuses as forged what is authentic and has this property. */
export function refusesAlso(property: Judgement): Partial<ConsumerParts> {
  return { authenticate: (request, setting) => authenticate(request, setting) && !property(request, setting) }
}

/** Cannot use an authentic event whose content has this property. */
export function chokesOn(property: (content: Readonly<Record<string, Json>>, setting: Setting) => boolean): Partial<ConsumerParts> {
  return {
    parse(request, setting) {
      const content = honestParts.parse(request, setting)
      const members = typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as Readonly<Record<string, Json>>) : {}
      return property(members, setting) ? 'unreadable' : content
    },
  }
}

/** The honest judgement under a scheme that was changed. */
export function authenticUnder(change: (scheme: SignatureScheme) => SignatureScheme, request: ReceivedRequest, setting: Setting): boolean {
  return authenticate(request, { ...setting, profile: { ...setting.profile, signature: change(setting.profile.signature) } })
}

/** The body as a parser and a serialiser would give it back; undefined when it is not JSON or too deep for them. */
export function reserialised({ body }: ReceivedRequest): string | undefined {
  try {
    return JSON.stringify(JSON.parse(body.toString()))
  } catch {
    return undefined
  }
}

/** A change of the tolerance or unit of the scheme's timestamp. */
export function timestampRule(change: Partial<SignatureTimestamp>): (scheme: SignatureScheme) => SignatureScheme {
  return (scheme) => ({ ...scheme, timestamp: scheme.timestamp && { ...scheme.timestamp, ...change } })
}

/** The scheme without grammar and freshness of its timestamp. */
export function withoutTimestampRule(scheme: SignatureScheme): SignatureScheme {
  const name = scheme.timestamp?.field ?? ''
  const { grammar: _, ...field } = scheme.fields[name] ?? { in: 'header', name }
  return { ...scheme, fields: { ...scheme.fields, [name]: field }, timestamp: null }
}

/** The scheme with another algorithm in all its tags. */
export function algorithm(alg: SignatureScheme['schemes'][string]['alg']): (scheme: SignatureScheme) => SignatureScheme {
  return (scheme) => ({ ...scheme, schemes: Object.fromEntries(Object.entries(scheme.schemes).map(([tag, rule]) => [tag, { ...rule, alg }])) })
}

/** The request with every line of a header changed. */
export function rewritten(request: ReceivedRequest, name: string, change: (value: string) => string): ReceivedRequest {
  return { ...request, headers: request.headers.map(([written, value]) => [written, written.toLowerCase() === name ? change(value) : value]) }
}

/** The request with one more header at the end. */
export function completed(request: ReceivedRequest, name: string, value: string): ReceivedRequest {
  return { ...request, headers: [...request.headers, [name, value]] }
}

/** The only value of a header, or the empty string. */
export function textOf(request: ReceivedRequest, name: string): string {
  return headerValues(request.headers, name)[0] ?? ''
}

/** The bytes of the signature that would be right for a request as it stands; undefined when it lacks a signed field. */
export function rightSignature(request: ReceivedRequest, { profile, keys }: Setting): Buffer | undefined {
  try {
    return computeSignature(profile.signature, request, keys)
  } catch {
    return undefined
  }
}
