import { valueAt, type Json } from '../../harness/profile/json-pointer.ts'
import { json, type Answer } from '../consumer/answer.ts'
import { bad, badEvents, discovery, nothing, parsed, root, unknownVerb, writtenEvents } from '../control-api.ts'
import type { NewEvent } from './event.ts'

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
      return publish(writtenEvents(parsed(body)), target)
    default:
      return unknownVerb(call)
  }
}

function retain(keep: Json | undefined, target: Controlled): Answer {
  if (typeof keep !== 'number' || !Number.isSafeInteger(keep) || keep < 0) return bad('A retention has "keep", a whole number of events')
  target.retain(keep)
  return nothing
}

function publish(events: readonly NewEvent[] | undefined, target: Controlled): Answer {
  if (events === undefined) return badEvents
  const published = target.publish(events)
  return 'problem' in published ? bad(published.problem) : json(202, published)
}
