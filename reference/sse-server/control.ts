import { isUtf8 } from 'node:buffer'
import { parseJson, valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import { json, type Answer } from '../consumer/answer.ts'
import type { NewEvent } from './event.ts'

const root = '/conformance'
const discovery = '/.well-known/event-conformance'

/** What the test interface lets somebody do with the server. Only for test builds. */
export interface Controlled {
  readonly name: string
  readonly profile: string
  readonly heartbeatMs: number
  /** The ids of the events once every stream has them, or why none was accepted. */
  publish(events: readonly NewEvent[]): { readonly ids: readonly string[] } | { readonly problem: string }
  disconnect(): void
  retain(keep: number): void
  reset(): void
}

export function isControl(path: string): boolean {
  return path === discovery || path === root || path.startsWith(`${root}/`)
}

export function control(call: string, body: Buffer, target: Controlled): Answer {
  const manifest = { name: target.name, version: '1.0.0', roles: ['sse-server'], profile: target.profile, capabilities: { heartbeatMs: target.heartbeatMs } }
  switch (call) {
    case `GET ${discovery}`:
      return json(200, { ...manifest, control: root, role: 'sse-server' })
    case `GET ${root}`:
      return json(200, manifest)
    case `POST ${root}/reset`:
      target.reset()
      return nothing
    case `POST ${root}/disconnect`:
      target.disconnect()
      return nothing
    case `POST ${root}/retention`:
      return retain(valueAt(parsed(body), '/keep'), target)
    case `POST ${root}/events`:
      return publish(valueAt(parsed(body), '/events'), target)
    default:
      return json(404, { error: { code: 'unknown_verb', message: `There is no ${call}` } })
  }
}

function retain(keep: Json | undefined, target: Controlled): Answer {
  if (typeof keep !== 'number' || !Number.isSafeInteger(keep) || keep < 0) return bad('A retention has "keep", a whole number of events')
  target.retain(keep)
  return nothing
}

function publish(written: Json | undefined, target: Controlled): Answer {
  const events = Array.isArray(written) ? written.map(eventOf) : [undefined]
  if (!events.every((event) => event !== undefined)) return bad('Events have a string "type", "data", and an "id" and a "key" that are strings where they are given')
  const published = target.publish(events)
  return 'problem' in published ? bad(published.problem) : json(202, published)
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

function bad(message: string): Answer {
  return json(400, { error: { code: 'bad_request', message } })
}

const nothing: Answer = { status: 204, headers: {}, body: '' }
