import { isUtf8 } from 'node:buffer'
import { parseJson, valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { json, type Answer } from '../consumer/answer.ts'
import type { NewEvent } from './event.ts'
import { isNames, isSecret, type Registration } from './registration.ts'

const root = '/conformance'
const discovery = '/.well-known/event-conformance'

/** What the test interface lets somebody do with the producer. Only for test builds. */
export interface Controlled {
  readonly name: string
  readonly profile: Profile
  readonly scale: number
  reset(): Promise<void>
  /** The id of the new endpoint, or why there is none. */
  subscribe(registration: Registration): Promise<{ readonly id: string } | { readonly problem: string }>
  /** False when there is no such endpoint. */
  unsubscribe(id: string): Promise<boolean>
  /** The ids of the events once all of them are durable, or why none was accepted. */
  publish(events: readonly NewEvent[]): Promise<{ readonly ids: readonly string[] } | { readonly problem: string }>
}

export function isControl(path: string): boolean {
  return path === discovery || path === root || path.startsWith(`${root}/`)
}

export async function control(call: string, body: Buffer, target: Controlled): Promise<Answer> {
  const manifest = { name: target.name, version: '1.0.0', roles: ['producer'], profile: target.profile.name, capabilities: target.scale === 1 ? {} : { timeScale: target.scale } }
  switch (call) {
    case `GET ${discovery}`:
      return json(200, { ...manifest, control: root, role: 'producer' })
    case `GET ${root}`:
      return json(200, manifest)
    case `POST ${root}/reset`:
      await target.reset()
      return nothing
    case `POST ${root}/subscriptions`:
      return subscribe(parsed(body), target)
    case `POST ${root}/events`:
      return publish(parsed(body), target)
    default:
      return unsubscribe(call, target)
  }
}

async function subscribe(body: Json, target: Controlled): Promise<Answer> {
  const [url, secret, types] = [valueAt(body, '/url'), valueAt(body, '/secret'), valueAt(body, '/types')]
  if (typeof url !== 'string' || typeof secret !== 'string' || !isSecret(secret, target.profile.signature) || (types !== undefined && !isNames(types))) {
    return bad('A subscription has a url, a secret of the scheme, and types unless it asks for all')
  }
  const made = await target.subscribe({ url, secret, ...(isNames(types) && { types }) })
  return 'problem' in made ? bad(made.problem) : json(201, { id: made.id })
}

async function publish(body: Json, target: Controlled): Promise<Answer> {
  const written = valueAt(body, '/events')
  const events = Array.isArray(written) ? written.map(eventOf) : [undefined]
  if (!events.every((event) => event !== undefined)) return bad('Events have a string "type", "data", and an "id" and a "key" that are strings where they are given')
  const published = await target.publish(events)
  return 'problem' in published ? bad(published.problem) : json(202, { ids: published.ids })
}

async function unsubscribe(call: string, target: Controlled): Promise<Answer> {
  const [, id] = /^DELETE \/conformance\/subscriptions\/([^/]+)$/.exec(call) ?? []
  if (id !== undefined && (await target.unsubscribe(decoded(id)))) return nothing
  return json(404, { error: { code: 'unknown_verb', message: `There is no ${call}` } })
}

function eventOf(value: Json): NewEvent | undefined {
  const [type, data, id, key] = ['/type', '/data', '/id', '/key'].map((pointer) => valueAt(value, pointer))
  if (typeof type !== 'string' || data === undefined) return undefined
  if ((id !== undefined && typeof id !== 'string') || (key !== undefined && typeof key !== 'string')) return undefined
  return { type, data, ...(id !== undefined && { id }), ...(key !== undefined && { key }) }
}

function parsed(body: Buffer): Json {
  return (isUtf8(body) ? parseJson(body.toString()) : undefined) ?? null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function bad(message: string): Answer {
  return json(400, { error: { code: 'bad_request', message } })
}

const nothing: Answer = { status: 204, headers: {}, body: '' }
