import { randomBytes } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { HarnessError } from '../../harness/errors.ts'
import { parseJson, valueAt, withValueAt, type Json } from '../../harness/profile/json-pointer.ts'
import type { SubscriptionApi } from '../../harness/profile/profile.ts'
import { generateSecret, readKeys } from '../../harness/signing/key.ts'
import type { SignatureScheme } from '../../harness/signing/scheme.ts'
import { json, type Answer } from '../consumer/answer.ts'
import type { Setting } from './parts.ts'
import type { Endpoint } from './records.ts'

/** What somebody asks for who registers an endpoint. */
export type Registration = Pick<Endpoint, 'url' | 'types' | 'filter'> & {
  /** Absent: the producer makes one. */
  readonly secret?: string
}

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** The calls of a registration API, with the id of the endpoint that the path names. */
export interface RegistrationCall {
  readonly name: 'create' | 'list' | 'read' | 'remove' | 'health' | 'rotate' | 'enable' | 'deadLetters' | 'redeliver'
  /** For `redeliver` that of the dead letter. */
  readonly id: string
}

/** Which call a request makes; undefined when it is none. */
export function callOf(api: SubscriptionApi, method: string | undefined, path: string): RegistrationCall | undefined {
  const calls = { create: api.create, list: api.list, read: api.read, remove: api.remove, health: api.health, rotate: api.rotate, enable: api.enable, deadLetters: api.deadLetters, redeliver: api.deadLetters?.redeliver }
  for (const [name, call] of Object.entries(calls)) {
    if (call === undefined || call.method !== method) continue
    const [before = '', after] = call.path.split('{id}')
    if (after === undefined ? path !== before : !path.startsWith(before) || !path.endsWith(after)) continue
    const id = after === undefined ? '' : path.slice(before.length, path.length - after.length)
    if (after === undefined || /^[^/]+$/.test(id)) return { name: name as RegistrationCall['name'], id } // a key of the record above
  }
  return undefined
}

/** What the body of a registration asks for. */
export function readRegistration(body: Buffer, { profile }: Setting): Registration | Refusal {
  const document = isUtf8(body) ? parseJson(body.toString()) : undefined
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return { code: 'invalid_body', message: 'The body has to be a JSON object.' }
  const places = profile.subscription?.create.body
  const at = (pointer: string | undefined): Json | undefined => (pointer === undefined ? undefined : (valueAt(document, pointer) ?? undefined))
  const [url, types, secret, filter] = [at(places?.url), at(places?.types), at(places?.secret), at(places?.filter)]
  if (typeof url !== 'string' || url === '') return { code: 'missing_url', message: 'A registration has to name a url.' }
  if (places?.types !== undefined && !isNames(types)) return { code: 'invalid_events', message: 'A registration has to name the types that it asks for.' }
  if (secret !== undefined && !(typeof secret === 'string' && isSecret(secret, profile.signature))) return { code: 'invalid_secret', message: 'The secret is not one of this scheme.' }
  if (filter !== undefined && (typeof filter !== 'object' || filter === null || Array.isArray(filter))) return { code: 'invalid_filter', message: 'A filter is an object of members and their values.' }
  return { url, ...(isNames(types) && { types }), ...(secret !== undefined && { secret }), ...(filter !== undefined && { filter: filter as { readonly [key: string]: Json } }) }
}

export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')
}

export function isSecret(secret: string, scheme: SignatureScheme): boolean {
  try {
    return readKeys(scheme, { secrets: [secret] }, 'sign').size > 0
  } catch (error) {
    if (error instanceof HarnessError) return false
    throw error
  }
}

/** A secret of an endpoint's own, as strong as the scheme allows. */
export function createSecret({ profile }: Setting): { readonly signing: string; readonly verifying: string } {
  return generateSecret(profile.signature, randomBytes)
}

export function createId(): string {
  return `wh-${randomBytes(12).toString('hex')}`
}

/** The answer to a registration. A secret is in it only when the producer made it and the profile says where it is told. */
export function answerCreate(endpoint: Endpoint, madeSecret: string | undefined, setting: Setting): Answer {
  const { subscription: api } = setting.profile
  const told = toldOf(endpoint, setting)
  return json(api?.create.status ?? 201, madeSecret !== undefined && api?.secret !== undefined ? withValueAt(told, api.secret, madeSecret) : told)
}

export function answerRead(endpoint: Endpoint | undefined, setting: Setting): Answer {
  return endpoint ? json(200, toldOf(endpoint, setting)) : unknown(setting)
}

export function answerList(endpoints: readonly Endpoint[], setting: Setting): Answer {
  return json(200, withValueAt({}, setting.profile.subscription?.list?.items ?? '', endpoints.map((endpoint) => toldOf(endpoint, setting))))
}

export function answerRemove(endpoint: Endpoint | undefined, setting: Setting): Answer {
  return endpoint ? { status: 204, headers: {}, body: '' } : unknown(setting)
}

/** Figures count attempts that have ended; without one there is no rate. */
export function answerHealth(endpoint: Endpoint | undefined, setting: Setting): Answer {
  if (!endpoint) return unknown(setting)
  const { id, attempts, failures, lastSuccessAt, lastFailureAt, disabled, failing } = endpoint
  const fields = setting.profile.subscription?.health?.fields
  const figures: readonly (readonly [string | undefined, Json])[] = [
    [fields?.total, attempts],
    [fields?.failures, failures],
    [fields?.rate, attempts === 0 ? null : Math.round((1000 * 100 * (attempts - failures)) / attempts) / 1000],
    [fields?.status, disabled ? (setting.profile.subscription?.health?.disabled ?? 'disabled') : failing ? 'failed' : 'healthy'],
  ]
  const when = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
  const base: Json = { id, lastSuccess: when(lastSuccessAt), lastFailure: when(lastFailureAt) }
  return json(200, figures.reduce<Json>((told, [pointer, value]) => (pointer === undefined ? told : withValueAt(told, pointer, value)), base))
}

export function refusal(status: number, { code, message }: Refusal, { clock }: Setting): Answer {
  return json(status, { error: { code, message, timestamp: new Date(clock.now()).toISOString() } })
}

export function unknown(setting: Setting): Answer {
  return refusal(404, { code: 'unknown_webhook', message: 'There is no such endpoint.' }, setting)
}

/** What anybody may read of an endpoint. The secret is not on this list. */
function toldOf({ id, url, types, disabled, failing, createdAt }: Endpoint, { profile }: Setting): Json {
  const { id: idPlace = '/id', echo } = profile.subscription ?? {}
  const base: Json = { status: disabled ? 'disabled' : failing ? 'failed' : 'active', createdAt: new Date(createdAt).toISOString() }
  const places: readonly (readonly [string | undefined, Json | undefined])[] = [
    [idPlace, id],
    [echo?.url, url],
    [echo?.types, types],
  ]
  return places.reduce<Json>((told, [pointer, value]) => (pointer === undefined || value === undefined ? told : withValueAt(told, pointer, value)), base)
}
