import { isUtf8 } from 'node:buffer'
import { parseJson, valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import type { ValuePlace } from '../../harness/profile/profile.ts'
import type { Setting } from './parts.ts'
import { headerOf, mediaTypeOf, type ReceivedRequest } from './request.ts'

/** The JSON object or array of an authentic body; null where the profile's bodies are not JSON and stay closed. */
export function parse(request: ReceivedRequest, { profile }: Setting): Json | 'unreadable' {
  if (!profile.samples.some(({ contentType, body }) => isJson(contentType) && body !== '')) return null
  if (!isUtf8(request.body)) return 'unreadable'
  const content = parseJson(request.body.toString()) ?? null
  return typeof content === 'object' && content !== null ? content : 'unreadable'
}

/** The values at the profile's places of identity, joined by `+`; undefined when one of them is missing. */
export function identify(request: ReceivedRequest, content: Json, { profile }: Setting): string | undefined {
  const places = profile.acknowledgement.deduplication?.places ?? []
  const values = places.map((place) => identityAt(place, request, content))
  return values.some((value) => value === undefined) ? undefined : values.join('+')
}

function identityAt(place: ValuePlace, request: ReceivedRequest, content: Json): string | undefined {
  const value = place.in === 'header' ? headerOf(request, place.name) : valueAt(content, place.pointer)
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}

function isJson(contentType: string): boolean {
  return /[/+]json$/.test(mediaTypeOf(contentType))
}
