import { isUtf8 } from 'node:buffer'
import { parseJson, valueAt, type Json } from '../harness/profile/json-pointer.ts'
import { json, type Answer } from './consumer/answer.ts'

/** What the control APIs of all references have in common: where they stand, and how they refuse. Only for test builds. */
export const root = '/conformance'
export const discovery = '/.well-known/event-conformance'

/** An event as `POST events` hands it over. */
export interface WrittenEvent {
  readonly type: string
  readonly data: Json
  readonly id?: string
  readonly key?: string
}

/** Whether a path belongs to the control API and not to what is under test. */
export function isControl(path: string): boolean {
  return path === discovery || path === root || path.startsWith(`${root}/`)
}

/** The JSON of a body; null for one that is none. */
export function parsed(body: Buffer): Json {
  return (isUtf8(body) ? parseJson(body.toString()) : undefined) ?? null
}

/** The events of a body, or undefined where one of them is none. */
export function writtenEvents(body: Json): readonly WrittenEvent[] | undefined {
  const written = valueAt(body, '/events')
  const events = Array.isArray(written) ? written.map(eventOf) : [undefined]
  return events.every((event) => event !== undefined) ? events : undefined
}

export const badEvents: Answer = bad('Events have a string "type", "data", and an "id" and a "key" that are strings where they are given')

/** The answer of a verb that has nothing to tell. */
export const nothing: Answer = { status: 204, headers: {}, body: '' }

export function bad(message: string): Answer {
  return json(400, { error: { code: 'bad_request', message } })
}

export function unknownVerb(call: string): Answer {
  return json(404, { error: { code: 'unknown_verb', message: `There is no ${call}` } })
}

function eventOf(value: Json): WrittenEvent | undefined {
  const [type, data, id, key] = ['/type', '/data', '/id', '/key'].map((pointer) => valueAt(value, pointer))
  if (typeof type !== 'string' || data === undefined) return undefined
  if ((id !== undefined && typeof id !== 'string') || (key !== undefined && typeof key !== 'string')) return undefined
  return { type, data, ...(id !== undefined && { id }), ...(key !== undefined && { key }) }
}
