import { createHash } from 'node:crypto'
import { withHeader } from '../http/headers.ts'
import { bytesOf, encodeSignature } from './encoding.ts'
import type { ByteText } from './encoding.ts'
import { fieldValues, openMessage } from './fields.ts'
import { putAt, readJsonText } from './json-text.ts'
import type { SignedMessage } from './outcome.ts'
import type { SignatureField, SignatureScheme } from './scheme.ts'
import { variantOf } from './signed-content.ts'
import { withQueryValue } from './url.ts'

/** A message whose JSON body has a value where the pointer leads. A body that cannot hold it stays as it is. */
export function withBodyValue(message: SignedMessage, put: (text: string) => string | undefined): SignedMessage {
  const text = readJsonText(message.body)
  const body = text === undefined ? undefined : put(text)
  return body === undefined ? message : { ...message, body: Buffer.from(body, 'utf8') }
}

/**
 * A message with the guards, the given fields and the digest of its body in the places that the scheme names.
 *
 * Fields inside the signature header are not placed here. The digest is refreshed where the URL already has its parameter.
 */
export function placeFields(scheme: SignatureScheme, message: SignedMessage, fields: Readonly<Record<string, ByteText>>): SignedMessage {
  let placed = message
  for (const { name, equals } of scheme.guards ?? []) placed = { ...placed, headers: withHeader(placed.headers, name, equals) }
  for (const [name, field] of Object.entries(scheme.fields)) {
    const value = fields[name]
    if (value !== undefined) placed = placeField(placed, field, value)
  }
  const { bodyDigest } = variantOf(scheme, placed.url)
  if (bodyDigest === undefined) return placed
  const digest = encodeSignature(bodyDigest.encoding, createHash(bodyDigest.hash).update(placed.body).digest())
  return { ...placed, url: withQueryValue(placed.url, bodyDigest.name, digest) }
}

/** The scheme's fields as they are to be signed: the given values, else what stands in the message already. */
export function knownFields(
  scheme: SignatureScheme,
  message: SignedMessage,
  given: Readonly<Record<string, ByteText>>,
): Readonly<Record<string, ByteText>> {
  const open = openMessage(message)
  const known = Object.entries(scheme.fields).flatMap(([name, field]) => {
    const stated = Object.hasOwn(given, name) ? given[name] : undefined
    const present = fieldValues(field, open, new Map())
    const value = stated ?? (present.ok ? present.value[0] : undefined)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(known)
}

function placeField(message: SignedMessage, field: SignatureField, value: ByteText): SignedMessage {
  switch (field.in) {
    case 'header':
      return { ...message, headers: withHeader(message.headers, field.name, value) }
    case 'query':
      return { ...message, url: withQueryValue(message.url, field.name, bytesOf(value).toString('utf8')) }
    case 'body':
      return withBodyValue(message, (text) => putAt(text, field.pointer, value))
    case 'sigparam':
      return message
  }
}
