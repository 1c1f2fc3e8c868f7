import { leafPointers, parseJson, valueAt, withoutValueAt, withValueAt, type Json } from '../../profile/json-pointer.ts'
import type { Profile, SampleEvent, ValuePlace } from '../../profile/profile.ts'
import type { EventRef } from './vocabulary.ts'

/** What an event looks like before anything is signed. */
export interface DraftEvent {
  readonly headers: readonly (readonly [string, string])[]
  readonly contentType: string
  readonly body: string
}

export function sampleFor(profile: Profile, event: EventRef): SampleEvent {
  const sample = profile.samples[event.sample] ?? profile.samples[0]
  if (!sample) throw new TypeError(`profile ${profile.name} has no sample`)
  return sample
}

/** The profile's example as one event: with this identity, that happened at this time, of this type. */
export function draftEvent(profile: Profile, event: EventRef, id: string, nowMs: number): DraftEvent {
  const sample = sampleFor(profile, event)
  const { deduplication, eventTime, eventType } = profile.acknowledgement
  let draft: DraftEvent = { headers: sample.headers, contentType: sample.contentType, body: sample.body }
  for (const place of deduplication?.places.slice(0, 1) ?? []) draft = put(draft, place, id)
  for (const place of deduplication?.also ?? []) draft = event.bareIdentity ? remove(draft, place) : put(draft, place, id)
  if (eventTime) draft = put(draft, eventTime, timeText(nowMs - (event.ageMs ?? 0), eventTime.format))
  if (eventType && event.type) draft = put(draft, eventType, event.type(valueOf(draft, eventType) ?? 'event'))
  return draft
}

/** The text at a place of a draft or request, or undefined. */
export function valueOf(draft: { readonly headers: readonly (readonly [string, string])[]; readonly body: string | Buffer }, place: ValuePlace): string | undefined {
  if (place.in === 'header') return draft.headers.find(([name]) => name.toLowerCase() === place.name.toLowerCase())?.[1]
  const document = parseJson(draft.body.toString())
  const value = document === undefined ? undefined : valueAt(document, place.pointer)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

export function isJsonObject(profile: Profile): boolean {
  const document = parseJson(profile.samples[0]?.body ?? '')
  return typeof document === 'object' && document !== null && !Array.isArray(document)
}

export function isJson(profile: Profile): boolean {
  const document = parseJson(profile.samples[0]?.body ?? '')
  return typeof document === 'object' && document !== null
}

export function hasBody(profile: Profile): boolean {
  return (profile.samples[0]?.body ?? '') !== ''
}

/**
 * The body with one value changed and everything else, schema included, as it was.
 *
 * The value is the last one that is neither identity, type nor time, so that nothing but the signature can notice.
 * `within` limits the choice to the values that the signature covers.
 */
export function changeOneValue(body: Buffer, profile: Profile, within?: readonly string[]): Buffer {
  const document = parseJson(body.toString())
  if (document === undefined) return changeLastLetter(body)
  const kept = keptPointers(profile)
  const free = leafPointers(document).filter(
    (pointer) => !kept.some((other) => pointer.endsWith(other)) && (!within || within.some((covered) => pointer.endsWith(covered))),
  )
  const pointer = free.at(-1) ?? leafPointers(document).at(-1)
  if (pointer === undefined) return changeLastLetter(body)
  const value = valueAt(document, pointer)
  return Buffer.from(JSON.stringify(withValueAt(document, pointer, changed(value))))
}

/** Pointers of the values that say which event it is and how it is signed: no case changes them by accident. */
export function keptPointers(profile: Profile): readonly string[] {
  const { deduplication, eventTime, eventType } = profile.acknowledgement
  const places = [...(deduplication?.places ?? []), ...(deduplication?.also ?? []), eventTime, eventType].flatMap((place) => (place?.in === 'body' ? [place.pointer] : []))
  const fields = Object.values(profile.signature.fields).flatMap((field) => (field.in === 'body' ? [field.pointer] : []))
  const sources = profile.signature.signature.sources.flatMap((source) => (source.in === 'body' || source.in === 'item' ? [source.pointer] : []))
  return [...places, ...fields, ...sources]
}

function changed(value: Json | undefined): Json {
  if (typeof value === 'number') return value + 1
  const text = String(value ?? '')
  const last = text.at(-1) ?? ''
  return `${text.slice(0, -1)}${last === 'a' || last === '1' ? (last === 'a' ? 'b' : '2') : /\d/.test(last) ? '1' : 'a'}`
}

function changeLastLetter(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  for (let index = copy.length - 1; index >= 0; index -= 1) {
    const byte = copy[index] ?? 0
    const letter = (byte >= 0x61 && byte < 0x7a) || (byte >= 0x30 && byte < 0x39)
    if (!letter) continue
    copy[index] = byte + 1
    return copy
  }
  return Buffer.concat([copy, Buffer.from('x')])
}

function put(draft: DraftEvent, place: ValuePlace, text: string): DraftEvent {
  if (place.in === 'header') {
    const others = draft.headers.filter(([name]) => name.toLowerCase() !== place.name.toLowerCase())
    return { ...draft, headers: [...others, [place.name, text]] }
  }
  const document = parseJson(draft.body)
  if (document === undefined) return draft
  const numeric = typeof valueAt(document, place.pointer) === 'number' && /^[0-9]{1,15}$/.test(text)
  return { ...draft, body: JSON.stringify(withValueAt(document, place.pointer, numeric ? Number(text) : text)) }
}

function remove(draft: DraftEvent, place: ValuePlace): DraftEvent {
  if (place.in === 'header') return { ...draft, headers: draft.headers.filter(([name]) => name.toLowerCase() !== place.name.toLowerCase()) }
  const document = parseJson(draft.body)
  return document === undefined ? draft : { ...draft, body: JSON.stringify(withoutValueAt(document, place.pointer)) }
}

function timeText(ms: number, format: 'rfc3339' | 's' | 'ms'): string {
  if (format === 'rfc3339') return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
  return String(format === 's' ? Math.floor(ms / 1000) : Math.floor(ms))
}
