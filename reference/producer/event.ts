import type { HeaderLine } from '../../harness/http/message.ts'
import { parseJson, valueAt, withoutValueAt, withValueAt, type Json } from '../../harness/profile/json-pointer.ts'
import type { Profile, SampleEvent, ValuePlace } from '../../harness/profile/profile.ts'
import { timestampText } from '../../harness/signing/timestamp.ts'
import type { Endpoint, PublishedEvent } from './records.ts'

/** An event as it is handed over for publication. */
export interface NewEvent {
  readonly type: string
  readonly data: Json
  readonly id?: string
  /** Names the occurrence, for receivers that tell repeats of the producer's own making apart. */
  readonly key?: string
}

/** Why an event is not accepted. Type and id become parts of headers, and the id of the signed content. */
export function eventProblem({ type, id, key }: NewEvent): string | undefined {
  if (!/^[\x21-\x7e]{1,256}$/.test(type)) return 'The type has to be a name of visible ASCII characters.'
  if (id !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(id)) return 'The id has to be made of letters, digits, hyphens and underscores.'
  if (key !== undefined && (key === '' || key.length > 256)) return 'The key has to have between 1 and 256 characters.'
  return undefined
}

/** Whether the type is one of those that were asked for, compared whole. */
export function asksFor({ types }: Endpoint, { type }: NewEvent): boolean {
  return types === undefined || types.includes(type)
}

/** Whether the data has every member of the filter with an equal value. */
export function matches({ filter = {} }: Endpoint, { data }: NewEvent): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const value = valueAt(data, `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    return value !== undefined && sorted(value) === sorted(wanted)
  })
}

/**
 * The event in the form of the profile: headers and body of its first example, with type, id, time and data of this one.
 *
 * Data stands at `/data` where the example has it there; otherwise its members are those of the body. A form is made of the
 * same members.
 */
export function compose(event: NewEvent & { readonly id: string }, at: number, profile: Profile): PublishedEvent {
  const [sample] = profile.samples
  if (sample === undefined) throw new TypeError('a profile has an example')
  const { deduplication, eventType, eventTime } = profile.acknowledgement
  // Type and time after the id: where one of them is a part of the identity, it stays what it is.
  const places: readonly (readonly [place: ValuePlace | undefined, text: string])[] = [
    ...[...(deduplication?.places ?? []), ...(deduplication?.also ?? [])].map((place) => [place, event.id] as const),
    [eventTime, timestampText(eventTime?.format ?? 'rfc3339', at)],
    [eventType, event.type],
  ]
  let body = withData(isForm(sample) ? Object.fromEntries(new URLSearchParams(sample.body)) : parseJson(sample.body), event)
  for (const [place, text] of places) if (place?.in === 'body') body = withText(body, place.pointer, text)
  const named = places.flatMap(([place, text]): HeaderLine[] => (place?.in === 'header' ? [[place.name, text]] : []))
  const headers = [['Content-Type', sample.contentType] as const, ...withoutNames(exampleHeaders(sample, profile, event.type), named), ...named]
  return { id: event.id, type: event.type, at, headers, body: isForm(sample) ? formOf(body) : JSON.stringify(body) }
}

function withData(example: Json | undefined, { data, key }: NewEvent): Json {
  if (Array.isArray(example)) return [withData(example[0] as Json | undefined, { type: '', data, ...(key !== undefined && { key }) })]
  const members = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : { data }
  if (typeof example !== 'object' || example === null) return members
  const { idempotencyKey: _, ...own } = example as { readonly [key: string]: Json }
  const keyed = key === undefined ? own : { ...own, idempotencyKey: key }
  return Object.hasOwn(own, 'data') ? { ...(withoutValueAt(keyed, '/data') as typeof own), data } : { ...keyed, ...members }
}

/** A header that repeats the type of the example tells the type. */
function exampleHeaders({ headers, name, body }: SampleEvent, { acknowledgement }: Profile, type: string): readonly HeaderLine[] {
  const { eventType } = acknowledgement
  const told = eventType?.in === 'body' ? valueAt(parseJson(body) ?? null, eventType.pointer) : name
  return headers.map(([header, value]) => [header, value === told ? type : value])
}

function withoutNames(headers: readonly HeaderLine[], others: readonly HeaderLine[]): readonly HeaderLine[] {
  const taken = new Set(others.map(([name]) => name.toLowerCase()))
  return headers.filter(([name]) => !taken.has(name.toLowerCase()))
}

/** A number stays a number. */
function withText(body: Json, pointer: string, text: string): Json {
  const isNumber = typeof valueAt(body, pointer) === 'number' && /^[0-9]{1,15}$/.test(text)
  return withValueAt(body, pointer, isNumber ? Number(text) : text)
}

function isForm({ contentType }: SampleEvent): boolean {
  return contentType.startsWith('application/x-www-form-urlencoded')
}

function formOf(body: Json): string {
  const members = Object.entries(body ?? {}).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  return new URLSearchParams(members).toString()
}

/** JSON text in which the order of members does not count. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}
