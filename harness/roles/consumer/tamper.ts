import { headerValues, withHeader, withoutHeader } from '../../http/headers.ts'
import type { HeaderLine, WireRequest } from '../../http/message.ts'
import type { SignatureField } from '../../signing/scheme.ts'
import { parseJson, valueAt, withValueAt } from '../../profile/json-pointer.ts'
import { headerFamily } from './needs.ts'
import { respelledEscape, spaced } from './json-spelling.ts'
import { changeOneValue } from './sample.ts'
import { timestampText } from '../../signing/timestamp.ts'
import type { Delivery, Made } from './vocabulary.ts'

/** A change of a request after it was signed. */
export type Tampering = (request: WireRequest, made: Made) => WireRequest

/** One value of the payload becomes another of the same type: only the signature can tell. */
export const changeBody: Tampering = (request, { profile }) => {
  const parts = profile.signature.signed
  const joined = parts.flatMap((part) => ('join' in part ? part.of : []))
  return { ...request, body: changeOneValue(request.body, profile, profile.signature.covers === 'fields' ? joined : undefined) }
}

/** White space that changes no value is added inside the body. */
export const addInnerSpace: Tampering = (request) => ({ ...request, body: Buffer.from(spaced(request.body.toString()) ?? `${request.body.toString()} `) })

/** One character is written as its escape, which changes bytes and no value. */
export const escapeCharacter: Tampering = (request) => ({ ...request, body: Buffer.from(respelledEscape(request.body.toString()) ?? `${request.body.toString()} `) })

export const addByteOrderMark: Tampering = (request) => ({ ...request, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), request.body]) })

/** The signature disappears with its header, body member or parameter. */
export const removeSignature: Tampering = (request, { profile }) => {
  let { headers } = request
  for (const source of profile.signature.signature.sources) {
    if (source.in !== 'header') continue
    if ('name' in source) headers = withoutHeader(headers, source.name)
    else headers = headers.filter(([name]) => !new RegExp(source.pattern, 'i').test(name.toLowerCase()))
  }
  return { ...request, headers }
}

/** The signature header stands there with this text. */
export function signatureHeaderText(text: string): Tampering {
  return (request, made) => ({ ...request, headers: signatureNames(request.headers, made).reduce((headers, name) => withHeader(headers, name, text), request.headers) })
}

/** The signature header, edited. */
export function editSignatureHeader(edit: (value: string, made: Made) => string): Tampering {
  return (request, made) => ({
    ...request,
    headers: signatureNames(request.headers, made).reduce((headers, name) => withHeader(headers, name, edit(headerValues(headers, name)[0] ?? '', made)), request.headers),
  })
}

/** The header of a signed field disappears. */
export function removeField(choose: (made: Made) => string | undefined): Tampering {
  return (request, made) => editField(request, made, choose(made), () => undefined)
}

/** A signed field changes after signing. */
export function changeField(choose: (made: Made) => string | undefined, change: (value: string, made: Made) => string): Tampering {
  return (request, made) => editField(request, made, choose(made), (value) => change(value, made))
}

/** A signed header occurs a second time, with another value behind the right one. */
export function repeatField(choose: (made: Made) => string | undefined, other: (value: string, made: Made) => string): Tampering {
  return (request, made) => {
    const field = fieldNamed(made, choose(made))
    if (field?.in !== 'header') return request
    const value = headerValues(request.headers, field.name)[0] ?? ''
    return { ...request, headers: [...request.headers, [field.name, other(value, made)]] }
  }
}

export function timestampField({ profile }: Made): string | undefined {
  return profile.signature.timestamp?.field
}

/** The signed field that is the event's identity. */
export function identityField({ profile, fields }: Made): string | undefined {
  const places = profile.acknowledgement.deduplication?.places ?? []
  return Object.keys(fields).find((name) => {
    const field = profile.signature.fields[name]
    return field?.in === 'header' && places.some((place) => place.in === 'header' && place.name.toLowerCase() === field.name.toLowerCase())
  })
}

/** Any signed field that travels in a header of its own. */
export function headerField({ profile, fields }: Made): string | undefined {
  return Object.keys(fields).find((name) => profile.signature.fields[name]?.in === 'header')
}

/** Header names in the case that a function gives them; values stay. */
export function respellHeaders(spell: (name: string) => string): Tampering {
  return (request) => ({ ...request, headers: request.headers.map(([name, value]) => [spell(name), value] as const) })
}

/** A header is set to a value, replacing what it was. */
export function setHeader(name: string, value: (made: Made) => string): Tampering {
  return (request, made) => ({ ...request, headers: withHeader(request.headers, name, value(made)) })
}

/** The signed timestamp, one second later. */
export function oneSecondLater(text: string): string {
  if (/^\d+$/.test(text)) return String(BigInt(text) + (text.length > 11 ? 1000n : 1n))
  return timestampText('rfc3339', Date.parse(text) + 1000)
}

/** Only the provider's older signature, right as far as it goes. */
export const signedByLegacySchemeOnly: Tampering = (request, made) => {
  const [legacy] = made.profile.signature.legacy ?? []
  const bare = removeSignature(request, made)
  if (!legacy) return bare
  const value = `${legacy.prefix ?? ''}${made.make.encode(made.make.by({ algorithm: legacy.alg }), legacy.encoding)}`
  return { ...bare, headers: [...bare.headers, [legacy.name, value]] }
}

/** In place of the scheme's signature a MAC over the body in the header of another well-known scheme. */
export function signedUnderAnotherScheme(key: 'text' | 'decoded'): Tampering {
  return (request, made) => {
    const bare = removeSignature(request, made)
    const own = signatureNames(request.headers, made).map((name) => name.toLowerCase())
    const name = own.includes('x-hub-signature-256') ? 'X-Webhook-Signature' : 'X-Hub-Signature-256'
    return { ...bare, headers: [...bare.headers, [name, `sha256=${made.make.bodyMac(request.body, key).toString('hex')}`]] }
  }
}

/** The scheme's version or algorithm header names another one. */
export const otherGuardValue: Tampering = (request, { profile }) => {
  const [guard] = profile.signature.guards ?? []
  return guard ? { ...request, headers: withHeader(request.headers, guard.name, `${guard.equals}0`) } : request
}

/** The request goes to another URL than the one that was signed. */
export const anotherUrl: Tampering = (request) => ({ ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}tampered=1` })

/** Several changes, one after the other. */
export function inOrder(...changes: readonly Tampering[]): Tampering {
  return (request, made) => changes.reduce((changed, change) => change(changed, made), request)
}

/** Names of the headers that carry the signature of a request. */
export function signatureNames(headers: readonly HeaderLine[], { profile }: Made): readonly string[] {
  return profile.signature.signature.sources.flatMap((source) => {
    if (source.in !== 'header') return []
    if ('name' in source) return headerValues(headers, source.name).length > 0 ? [source.name] : []
    return headers.map(([name]) => name).filter((name) => new RegExp(source.pattern, 'i').test(name.toLowerCase()))
  })
}

/** A delivery signed with a key that is not the target's. */
export const forged: Delivery = { signature: (make) => [make.entry(make.encode(make.by({ key: 'other' })))] }

function fieldNamed(made: Made, name: string | undefined): SignatureField | undefined {
  return name === undefined ? undefined : made.profile.signature.fields[name]
}

function editField(request: WireRequest, made: Made, name: string | undefined, edit: (value: string) => string | undefined): WireRequest {
  const field = fieldNamed(made, name)
  if (!field || name === undefined) return request
  if (field.in === 'header') {
    const next = edit(headerValues(request.headers, field.name)[0] ?? '')
    return { ...request, headers: next === undefined ? withoutHeader(request.headers, field.name) : withHeader(request.headers, field.name, next) }
  }
  if (field.in === 'body') {
    const document = parseJson(request.body.toString())
    const next = document === undefined ? undefined : edit(String(valueAt(document, field.pointer) ?? ''))
    if (document === undefined || next === undefined) return request
    const value = typeof valueAt(document, field.pointer) === 'number' ? Number(next) : next
    return { ...request, body: Buffer.from(JSON.stringify(withValueAt(document, field.pointer, value))) }
  }
  if (field.in !== 'sigparam') return request
  const separator = made.profile.signature.signature.list?.sep ?? ','
  const tagSeparator = made.profile.signature.signature.tag?.sep ?? '='
  return editSignatureHeader((value) =>
    value
      .split(separator)
      .flatMap((entry) => {
        const [key = '', ...rest] = entry.trim().split(tagSeparator)
        if (key !== field.name) return [entry]
        const next = edit(rest.join(tagSeparator))
        return next === undefined ? [] : [`${key}${tagSeparator}${next}`]
      })
      .join(separator),
  )(request, made)
}

/** The timestamp stands in the header of the sibling family, such as `svix-timestamp` beside `webhook-id`. */
export const otherFamily: Tampering = (request, made) => {
  const family = headerFamily(made.profile)
  const name = timestampField(made)
  const field = fieldNamed(made, name)
  if (!family || field?.in !== 'header') return request
  return {
    ...request,
    headers: request.headers.map(([header, value]) => [header.toLowerCase() === field.name.toLowerCase() ? header.toLowerCase().replace(family.own, family.sibling) : header, value] as const),
  }
}
