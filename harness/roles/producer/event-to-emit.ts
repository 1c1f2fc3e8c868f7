import { parseJson, valueAt, type Json } from '../../profile/json-pointer.ts'
import type { Profile } from '../../profile/profile.ts'

/** An event that a target is asked to emit, in the words of the control API. */
export interface EventToEmit {
  readonly type: string
  readonly data: Json
  /** Unguessable text inside the data by which its deliveries are known, whatever ids the target gives. */
  readonly marker: string
}

interface Making {
  readonly type: string
  readonly marker: string
  readonly data: Readonly<Record<string, string>>
  readonly random: (bytes: number) => Buffer
}

/** An event with the data of the profile's first example, the case's own members, and the marker. */
export function eventToEmit(profile: Profile, { type, marker, data }: Making): EventToEmit {
  const example = parseJson(profile.samples[0]?.body ?? '')
  const own = example === undefined ? undefined : valueAt(example, '/data')
  const members = typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as Readonly<Record<string, Json>>) : {}
  return { type, marker, data: { ...members, ...data, conformance: marker } }
}

/** The marker of a case that stands in a body. */
export function markerIn(body: Buffer): string | undefined {
  if (!known.has(body)) known.set(body, /x\d+[a-z]?-[0-9a-f]{18}/.exec(body.toString('latin1'))?.[0])
  return known.get(body)
}

/** Bodies are looked at once: a burst is counted again and again. */
const known = new WeakMap<Buffer, string | undefined>()

/** The event of the case whose marker stands in a body. */
export function markerOf<T>(body: Buffer, markers: ReadonlyMap<string, T>): T | undefined {
  const found = markerIn(body)
  return found === undefined ? undefined : markers.get(found)
}
