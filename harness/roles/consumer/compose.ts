import { createHash, createHmac } from 'node:crypto'
import type { WireRequest } from '../../http/message.ts'
import { parseJson, valueAt } from '../../profile/json-pointer.ts'
import type { Profile } from '../../profile/profile.ts'
import { decodedKeyOf, otherKeysFor, type SigningKeys } from '../../signing/key.ts'
import type { SignatureScheme } from '../../signing/scheme.ts'
import { isInGrammar } from '../../signing/fields.ts'
import { computeSignature, encodeSignature, entryFor, selectedTag, sign, type SigningChoice } from '../../signing/sign.ts'
import { freshToken } from './fresh-token.ts'
import { draftEvent, valueOf } from './sample.ts'
import { timestampText } from '../../signing/timestamp.ts'
import type { Delivery, EventRef, Made, SignatureMaker } from './vocabulary.ts'

/** What the sender of a run is: where it delivers, as whom, and with which additional headers. */
export interface Sender {
  readonly profile: Profile
  readonly url: string
  readonly keys: SigningKeys
  /** Sent with every delivery, such as credentials. */
  readonly headers: readonly (readonly [string, string])[]
  random(bytes: number): Buffer
}

export interface ComposedDelivery {
  readonly request: WireRequest
  /** Every identity that the request could be taken for: the event's own and that of a tampered request. */
  readonly ids: readonly string[]
  /** Values of the scheme's fields as they were signed. */
  readonly fields: Readonly<Record<string, string>>
}

/** A fresh identity in the shape that the profile's example has, digits stay digits and a UUID stays a UUID, and inside the grammar of its field. */
export function freshId(profile: Profile, random: (bytes: number) => Buffer): string {
  const { signature } = profile
  const shaped = shapedId(profile, random)
  const field = signature.fields['id']
  return field === undefined || isInGrammar(signature, 'id', field, shaped) ? shaped : freshToken(signature, 'id', { random, nowMs: 0 })
}

function shapedId(profile: Profile, random: (bytes: number) => Buffer): string {
  const place = profile.acknowledgement.deduplication?.places[0]
  const document = parseJson(profile.samples[0]?.body ?? '')
  const example = place?.in === 'body' && document !== undefined ? valueAt(document, place.pointer) : undefined
  if (typeof example === 'number') return String(1e14 + random(6).readUIntBE(0, 6) % 8e14)
  const hex = random(16).toString('hex')
  const uuidShaped = typeof example === 'string' ? /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(example) : place?.in === 'header' && !/^(webhook|svix)-id$/i.test(place.name)
  if (uuidShaped) return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  const prefix = typeof example === 'string' ? (/^[A-Za-z]+[_-]/.exec(example)?.[0] ?? '') : 'msg_'
  return `${prefix}${BigInt(`0x${hex}`).toString(36).padStart(25, '0').slice(-22)}`
}

/**
 * One delivery of an event, signed and, where the case says so, tampered with. Pure but for `random`.
 *
 * `bornMs` is the time at which the event was first made, so that later attempts carry the same body.
 */
export function compose(sender: Sender, event: EventRef, id: string, delivery: Delivery, nowMs: number, bornMs = nowMs): ComposedDelivery {
  const { profile, keys } = sender
  const scheme = profile.signature
  const draft = draftEvent(profile, event, id, bornMs)
  const method = delivery.method ?? 'POST'
  const contentType = delivery.contentType ?? draft.contentType
  const honest = fieldValues(scheme, id, nowMs + (delivery.attemptAtMs ?? 0), sender.random)

  const making = { body: Buffer.from(draft.body), fields: honest }
  const make = signatureMaker(sender, () => ({ method, url: sender.url, headers: draft.headers, body: making.body }), () => ({ fields: making.fields }))
  const made: Made = { profile, get fields() { return making.fields }, id, nowMs, random: sender.random, make }
  if (delivery.body) making.body = Buffer.from(delivery.body(making.body, made))
  const stamp = scheme.timestamp && delivery.timestamp ? scheme.timestamp.field : undefined
  if (stamp !== undefined && delivery.timestamp) making.fields = { ...honest, [stamp]: delivery.timestamp(honest[stamp] ?? '', made) }

  const unsigned = {
    method,
    url: sender.url,
    headers: [['Content-Type', contentType] as const, ...draft.headers, ...sender.headers],
    body: making.body,
  }
  const entries = delivery.signature
  const signed = sign(scheme, unsigned, keys, { fields: making.fields, ...(entries ? { entries: () => entries(make) } : {}) })
  const framed: WireRequest = { ...signed, ...(delivery.framing ? { framing: delivery.framing(signed.body) } : {}) }
  const request = delivery.afterSigning ? delivery.afterSigning(framed, made) : framed
  return { request, fields: making.fields, ids: [...new Set([identityOf(profile, { headers: unsigned.headers, body: making.body }) ?? id, identityOf(profile, request) ?? id])] }
}

/** The identity that a request tells: the values at the profile's places, joined by `+` where there are several. */
function identityOf(profile: Profile, request: { readonly headers: readonly (readonly [string, string])[]; readonly body: Buffer }): string | undefined {
  const values = (profile.acknowledgement.deduplication?.places ?? []).map((place) => valueOf(request, place))
  return values.length === 0 || values.includes(undefined) ? undefined : values.join('+')
}

/** Honest values of the scheme's fields: the identity, the attempt's time, and fresh tokens for anything else. */
function fieldValues(scheme: SignatureScheme, id: string, attemptMs: number, random: (bytes: number) => Buffer): Record<string, string> {
  return Object.fromEntries(
    Object.keys(scheme.fields).map((name) => {
      if (name === scheme.timestamp?.field) return [name, timestampText(scheme.timestamp.unit, attemptMs)]
      return [name, name === 'id' ? id : freshToken(scheme, name, { random, nowMs: attemptMs })]
    }),
  )
}

function signatureMaker(
  sender: Sender,
  message: () => { readonly method: string; readonly url: string; readonly headers: readonly (readonly [string, string])[]; readonly body: Buffer },
  base: () => SigningChoice,
): SignatureMaker {
  const { profile, keys } = sender
  const scheme = profile.signature
  const tag = selectedTag(scheme, keys)
  const secret = Buffer.from(keys.secrets[0] ?? '')
  return {
    profile,
    tag,
    encoding: scheme.signature.encoding,
    right: () => computeSignature(scheme, message(), keys, base()),
    by({ key, algorithm }) {
      const choice = { ...base(), ...(algorithm ? { algorithm } : {}) }
      switch (key) {
        case 'other':
          return computeSignature(scheme, message(), otherKeysFor(scheme, keys, seededBy(secret)), choice)
        case 'empty':
          return computeSignature(scheme, message(), keys, { ...choice, key: Buffer.alloc(0) })
        case 'text':
          return computeSignature(scheme, message(), keys, { ...choice, key: secret })
        case 'decoded':
          return computeSignature(scheme, message(), keys, { ...choice, key: decodedKeyOf(scheme, keys) })
        default:
          return computeSignature(scheme, message(), keys, choice)
      }
    },
    bodyMac: (body, key) => createHmac('sha256', key === 'text' ? secret : decodedKeyOf(scheme, keys)).update(body).digest(),
    encode: (raw, encoding = scheme.signature.encoding) => encodeSignature(encoding, raw),
    entry: (encoded, entryTag = tag) => entryFor(scheme, entryTag, encoded),
  }
}

/** A stranger's key is derived from the secret's digest, so that it is the same in every case and never the secret. */
function seededBy(secret: Buffer): (bytes: number) => Buffer {
  let counter = 0
  return (bytes) => {
    counter += 1
    return createHash('sha512').update('a key that is not the target’s').update(secret).update(String(counter)).digest().subarray(0, bytes)
  }
}
