import type { ClientConnection, DeliveredEvent, Effect, Manifest } from './control.ts'

/** RFC 3339, section 5.6, less the leap second's rarer forms. */
const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** What is wrong with an answer, as a sentence without a full stop. */
export interface Flaw {
  readonly flaw: string
}

export function isFlaw(value: object): value is Flaw {
  return 'flaw' in value
}

/**
 * Reads the manifest of a target.
 *
 * An object without `roles` and without `capabilities` is not one, whatever else it says; a member of another type than
 * the contract's is a flaw, members that the contract does not know are dropped.
 */
export function readManifest(value: unknown): Manifest | Flaw {
  if (!isRecord(value)) return { flaw: 'the manifest is not a JSON object' }
  if (value['roles'] === undefined && value['capabilities'] === undefined) return { flaw: 'the manifest names neither "roles" nor "capabilities"' }
  const texts: { -readonly [Name in (typeof textMembers)[number]]?: string } = {}
  for (const name of textMembers) {
    const text = value[name] ?? undefined
    if (text === undefined) continue
    if (typeof text !== 'string') return { flaw: `"${name}" of the manifest is not a string` }
    texts[name] = text
  }
  const roles = value['roles'] ?? undefined
  if (roles !== undefined && !isTexts(roles)) return { flaw: '"roles" of the manifest is not a list of strings' }
  const capabilities = value['capabilities'] ?? {}
  if (!isRecord(capabilities)) return { flaw: '"capabilities" of the manifest is not an object' }
  return { ...texts, ...(roles === undefined ? {} : { roles }), capabilities }
}

const textMembers = ['name', 'version', 'role', 'profile', 'control'] as const

/** Reads the effects of a target, those of one event when it is given: a target may ignore the filter. */
export function readEffects(value: unknown, event?: string): readonly Effect[] | Flaw {
  const list = isRecord(value) ? value['effects'] : undefined
  if (!Array.isArray(list)) return { flaw: 'there is no list "effects" in the answer' }
  const effects: Effect[] = []
  for (const [index, entry] of list.entries()) {
    if (!isRecord(entry) || typeof entry['event'] !== 'string') return { flaw: `"event" of effect ${index} is not a string` }
    const at = entry['at']
    if (typeof at !== 'string' || !dateTime.test(at)) return { flaw: `"at" of effect ${index} is not a date and time of RFC 3339` }
    if (event === undefined || entry['event'] === event) effects.push({ event: entry['event'], at })
  }
  return effects
}

/** Reads the id of what was created. */
export function readId(value: unknown): { readonly id: string } | Flaw {
  const id = isRecord(value) ? value['id'] : undefined
  return typeof id === 'string' && id !== '' ? { id } : { flaw: 'there is no "id" that is a non-empty string' }
}

/** Reads what a client says of a connection; a missing `type` is `message`, a missing `lastEventId` empty, missing `errors` none. */
export function readConnection(value: unknown): ClientConnection | Flaw {
  if (!isRecord(value)) return { flaw: 'the connection is not a JSON object' }
  const { state, events, errors = 0 } = value
  if (state !== 'connecting' && state !== 'open' && state !== 'closed') return { flaw: '"state" of the connection is none of connecting, open and closed' }
  if (!Array.isArray(events)) return { flaw: 'there is no list "events" in the connection' }
  if (typeof errors !== 'number') return { flaw: '"errors" of the connection is not a number' }
  const delivered: DeliveredEvent[] = []
  for (const [index, entry] of events.entries()) {
    if (!isRecord(entry)) return { flaw: `event ${index} of the connection is not an object` }
    const { type = 'message', data, lastEventId = '' } = entry
    if (typeof type !== 'string' || typeof data !== 'string' || typeof lastEventId !== 'string') return { flaw: `event ${index} of the connection has a member that is not a string` }
    delivered.push({ type, data, lastEventId })
  }
  return { state, events: delivered, errors }
}

/** Reads the ids of published events, in order. */
export function readIds(value: unknown): { readonly ids: readonly string[] } | Flaw {
  const ids = isRecord(value) ? value['ids'] : undefined
  return isTexts(ids) ? { ids } : { flaw: 'there is no list "ids" of strings' }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}
