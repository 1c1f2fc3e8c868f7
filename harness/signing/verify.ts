import { createHash } from 'node:crypto'
import { decodeSignature } from './encoding.ts'
import { headerValues, openMessage, readFields } from './fields.ts'
import type { OpenMessage, SignatureParams } from './fields.ts'
import { locate } from './json-text.ts'
import type { JsonSpan } from './json-text.ts'
import { readKeys } from './key.ts'
import type { SchemeKey, SigningKeys } from './key.ts'
import { sameBytes, signatureTest } from './mac.ts'
import { found, refused } from './outcome.ts'
import type { Found, SignatureRefusal, SignedMessage, Verification } from './outcome.ts'
import { readSignatures } from './placement.ts'
import type { SignatureEntry } from './placement.ts'
import type { SignatureScheme, SignedVariant } from './scheme.ts'
import { contentOf, signedFields, signsSecret, variantOf } from './signed-content.ts'
import { staleness, timestampMs } from './timestamp.ts'
import { queryValues, urlSpellings } from './url.ts'

export type { SignatureRefusal, SignedMessage, Verification } from './outcome.ts'

/**
 * Whether a message is authentic under a scheme, and fresh at `now` (milliseconds since the epoch).
 *
 * Order: guards, signature, signed fields and their grammar, match, body digest, all other fields, freshness. So a
 * message that is both forged and old is refused as forged. Where a batch carries a signature an item, all must match.
 * A finding about the message is a value.
 *
 * @throws HarnessError `bad-secret`, `broken-profile` or `usage` for faults of the configuration alone.
 */
export function verify(scheme: SignatureScheme, message: SignedMessage, keys: SigningKeys, now: number): Verification {
  const keysByTag = readKeys(scheme, keys)
  const outcome = judge(scheme, openMessage(message), keysByTag, keys.config ?? {}, now)
  return outcome.ok ? { verified: true, tag: outcome.value } : { verified: false, reason: outcome.reason }
}

type KeysByTag = ReadonlyMap<string, readonly SchemeKey[]>
type Config = Readonly<Record<string, string>>

interface Authentic {
  readonly tag: string
  readonly params: SignatureParams
}

function judge(scheme: SignatureScheme, open: OpenMessage, keysByTag: KeysByTag, config: Config, now: number): Found<string> {
  const guarded = checkGuards(scheme, open.message)
  if (guarded !== undefined) return refused(guarded)
  const items = itemsOf(scheme, open)
  if (!items.ok) return items
  const variant = variantOf(scheme, open.message.url)
  let first: Authentic | undefined
  for (const item of items.value) {
    const authentic = authenticate(scheme, variant, open, keysByTag, config, item)
    if (!authentic.ok) return authentic
    first ??= authentic.value
  }
  if (first === undefined) return refused('missing-signature')
  const late = checkBodyDigest(variant, open.message) ?? checkFreshness(scheme, variant, open, first.params, now)
  return late === undefined ? found(first.tag) : refused(late)
}

function checkGuards(scheme: SignatureScheme, { headers }: SignedMessage): SignatureRefusal | undefined {
  for (const { name, equals } of scheme.guards ?? []) {
    const values = headerValues(headers, name)
    if (values.length > 1) return 'repeated-field'
    if (values[0] !== equals) return 'guard'
  }
  return undefined
}

/** The items that carry signatures of their own, or one `undefined` that stands for the whole message. */
function itemsOf(scheme: SignatureScheme, open: OpenMessage): Found<readonly (JsonSpan | undefined)[]> {
  if (scheme.items === undefined) return found([undefined])
  const text = open.json()
  return text === undefined ? refused('unreadable-body') : found(locate(text, scheme.items.pointer))
}

function authenticate(
  scheme: SignatureScheme,
  variant: SignedVariant,
  open: OpenMessage,
  keysByTag: KeysByTag,
  config: Config,
  item: JsonSpan | undefined,
): Found<Authentic> {
  const placed = readSignatures(scheme, open, item)
  if (!placed.ok) return placed
  const { entries, params } = placed.value
  const needed = signedFields(variant.signed)
  const fields = readFields(scheme, open, params, needed, needed)
  if (!fields.ok) return fields
  const usable = entries.filter(({ tag }) => keysByTag.has(tag))
  if (usable.length === 0) return refused('no-usable-entry')

  const allKeys = [...keysByTag.values()].flat()
  const groups = signsSecret(variant.signed) ? allKeys.map((key) => [key]) : [allKeys]
  for (const group of groups) {
    for (const url of urlSpellings(scheme.urlCandidates, open.message.url)) {
      const secret = group[0]?.bytes ?? Buffer.alloc(0)
      const content = contentOf(variant.signed, { open, url, fields: fields.value, config, secret, item })
      if (!content.ok) return content
      const match = matchingEntry(group, usable, content.value)
      if (match !== undefined) return found({ tag: match.tag, params })
    }
  }
  return refused('no-match')
}

function matchingEntry(keys: readonly SchemeKey[], entries: readonly SignatureEntry[], content: Buffer): SignatureEntry | undefined {
  for (const key of keys) {
    const candidates = entries.filter(({ tag, keySlot }) => tag === key.tag && (keySlot ?? key.slot) === key.slot)
    if (candidates.length === 0) continue
    const isRight = signatureTest(key, content)
    const match = candidates.find(({ raw }) => isRight(raw))
    if (match !== undefined) return match
  }
  return undefined
}

function checkBodyDigest({ bodyDigest }: SignedVariant, { url, body }: SignedMessage): SignatureRefusal | undefined {
  if (bodyDigest === undefined) return undefined
  const stated = queryValues(url, bodyDigest.name)
  if (stated.length > 1) return 'repeated-field'
  const digest = decodeSignature(bodyDigest.encoding, 'any', stated[0] ?? '')
  return digest !== undefined && sameBytes(createHash(bodyDigest.hash).update(body).digest(), digest) ? undefined : 'body-digest'
}

function checkFreshness(
  scheme: SignatureScheme,
  variant: SignedVariant,
  open: OpenMessage,
  params: SignatureParams,
  now: number,
): SignatureRefusal | undefined {
  const fields = readFields(scheme, open, params, Object.keys(scheme.fields), signedFields(variant.signed))
  if (!fields.ok) return fields.reason
  if (scheme.timestamp === null) return undefined
  const atMs = timestampMs(scheme.timestamp.unit, fields.value.get(scheme.timestamp.field) ?? '')
  return atMs === undefined ? 'field-grammar' : staleness(scheme.timestamp, atMs, now)
}
