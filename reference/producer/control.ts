import { valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { json, type Answer } from '../consumer/answer.ts'
import { bad, badEvents, discovery, nothing, parsed, root, unknownVerb, writtenEvents } from '../control-api.ts'
import type { NewEvent } from './event.ts'
import { isNames, isSecret, type Registration } from './registration.ts'

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
  const events = writtenEvents(body)
  if (events === undefined) return badEvents
  const published = await target.publish(events)
  return 'problem' in published ? bad(published.problem) : json(202, { ids: published.ids })
}

async function unsubscribe(call: string, target: Controlled): Promise<Answer> {
  const [, id] = /^DELETE \/conformance\/subscriptions\/([^/]+)$/.exec(call) ?? []
  if (id !== undefined && (await target.unsubscribe(decoded(id)))) return nothing
  return unknownVerb(call)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
