import { parseDuration } from './duration.ts'
import { checkExtension } from './extensions.ts'
import { valueAt } from './json-pointer.ts'
import type { Json } from './json-pointer.ts'
import { isObject } from './locate.ts'
import type { Located, Path, SourceDocument } from './locate.ts'
import type { DeadLetterApi, SecretRotation, SubscriptionApi } from './profile.ts'

type Call = 'create' | 'read' | 'list' | 'remove' | 'health' | 'rotate' | 'enable' | 'deadLetters' | 'redeliver'
type Written<Value extends { readonly method: string }> = Omit<Value, 'method'> & { readonly method?: string }

/** What the schema of `x-subscription` guarantees. */
type WrittenSubscription = {
  readonly create: Omit<SubscriptionApi['create'], 'method' | 'path' | 'status'> & Partial<SubscriptionApi['create']>
  readonly id?: string
  readonly echo?: SubscriptionApi['echo']
  readonly rotate?: Written<Omit<SecretRotation, 'overlapMs'>> & { readonly overlap: string }
  readonly deadLetters?: Omit<Written<DeadLetterApi>, 'redeliver'> & { readonly redeliver?: Written<NonNullable<DeadLetterApi['redeliver']>> }
} & Pick<SubscriptionApi, 'secret'> & { readonly [C in 'read' | 'list' | 'remove' | 'health' | 'enable']?: Written<NonNullable<SubscriptionApi[C]>> }

/**
 * The registration API of the document, from the channel that has `x-subscription`; `undefined` when none has.
 *
 * `create` is at the address of that channel unless it names a path. Ends the run when a second channel has one, when a path
 * lacks `{id}` or has another placeholder, and when a pointer leads nowhere in the examples of the channels with that address.
 */
export function compileSubscription(document: SourceDocument): SubscriptionApi | undefined {
  const [first, second] = document.members(document.member(document.root, 'channels')).flatMap((channel) => {
    const located = document.member(channel, 'x-subscription')
    return located === undefined ? [] : [{ channel, located }]
  })
  if (first === undefined) return undefined
  if (second !== undefined) document.fail(second.located, [], 'the document has a second x-subscription', 'keep the one by which endpoints are registered')
  const { channel, located } = first
  checkExtension(document, 'x-subscription', located)
  // The schema has just been checked.
  const api = withDefaults(document, located, channel)
  checkPaths(document, located, api)
  checkPointers(document, located, api)
  if (api.secret !== undefined && api.create.body.secret !== undefined) {
    document.fail(located, ['secret'], 'the secret is given with the request and made by the answer, both', 'keep create.body.secret when the subscriber chooses the secret, otherwise keep secret')
  }
  return api
}

function withDefaults(document: SourceDocument, located: Located, channel: Located): SubscriptionApi {
  // The caller has checked the schema.
  const { create, read, list, remove, health, rotate, enable, deadLetters, ...written } = located.value as WrittenSubscription
  const address = document.member(channel, 'address')?.value
  const path = create.path ?? (typeof address === 'string' ? address : undefined)
  if (path === undefined) {
    document.fail(located, ['create'], 'create has no path, and the channel no address', 'add the path of the registration, such as /api/v1/webhooks')
  }
  return {
    id: '/id',
    echo: {},
    ...written,
    create: { method: 'POST', status: 201, ...create, path },
    ...(read && { read: { method: 'GET', ...read } }),
    ...(list && { list: { method: 'GET', ...list } }),
    ...(remove && { remove: { method: 'DELETE', ...remove } }),
    ...(health && { health: { method: 'GET', ...health } }),
    ...(rotate && { rotate: rotationOf(rotate) }),
    ...(enable && { enable: { method: 'POST', ...enable } }),
    ...(deadLetters && { deadLetters: deadLettersOf(deadLetters) }),
  }
}

function rotationOf({ overlap, ...rotate }: NonNullable<WrittenSubscription['rotate']>): SecretRotation {
  // The schema lets only durations through.
  return { method: 'POST', ...rotate, overlapMs: parseDuration(overlap) ?? 0 }
}

function deadLettersOf({ redeliver, ...deadLetters }: NonNullable<WrittenSubscription['deadLetters']>): DeadLetterApi {
  return { method: 'GET', ...deadLetters, ...(redeliver && { redeliver: { method: 'POST', ...redeliver } }) }
}

function checkPaths(document: SourceDocument, located: Located, api: SubscriptionApi): void {
  for (const [call, { path }] of callsOf(api)) {
    const placeholders = path.match(/\{[^{}]*\}/g) ?? []
    const ofOne = call !== 'create' && call !== 'list'
    const needed = ofOne && call !== 'deadLetters'
    const at = call === 'redeliver' ? ['deadLetters', call, 'path'] : [call, 'path']
    const foreign = placeholders.find((placeholder) => !ofOne || placeholder !== '{id}')
    if (foreign !== undefined) {
      document.fail(located, at, `the path ${path} of ${call} has the placeholder ${foreign}, which nothing fills`, ofOne ? 'call the placeholder of the endpoint {id}, and write everything else out' : 'write the path out')
    }
    if (needed && placeholders.length === 0) {
      document.fail(located, at, `the path ${path} of ${call} lacks {id}`, `write {id} where the id of the endpoint stands, such as ${path.replace(/\/$/, '')}/{id}`)
    }
  }
}

/** A pointer is known when any example of the channels at that address has something there; without examples all are. */
function checkPointers(document: SourceDocument, located: Located, api: SubscriptionApi): void {
  for (const [call, { path }] of callsOf(api)) {
    const payloads = payloadsAt(document, path)
    if (payloads.length === 0) continue
    for (const [pointer, below] of pointersOf(call, api)) {
      if (payloads.some((payload) => valueAt(payload, pointer) !== undefined)) continue
      document.fail(located, below, `no example of the messages at ${path} has anything at ${pointer}`, 'correct the pointer, or complete an example of the messages of that channel')
    }
  }
}

function pointersOf(call: Call, { create, id, secret, echo, list, health, rotate, deadLetters }: SubscriptionApi): readonly (readonly [pointer: string, below: Path])[] {
  const under = (places: Readonly<Record<string, string | undefined>>, ...path: Path) =>
    Object.entries(places).flatMap(([name, pointer]) => (pointer === undefined ? [] : [[pointer, [...path, name]] as const]))
  if (call === 'create') return [...under(create.body, 'create', 'body'), ...under({ id, secret }), ...under(echo, 'echo')]
  if (call === 'list') return under({ items: list?.items }, 'list')
  if (call === 'rotate') return [...under({ ...rotate?.body }, 'rotate', 'body'), ...under({ secret: rotate?.secret }, 'rotate')]
  if (call === 'deadLetters' && deadLetters) {
    const first = Object.entries(deadLetters.fields).map(([name, pointer]): [string, string] => [name, `${deadLetters.items}/0${pointer}`])
    return [...under({ items: deadLetters.items }, 'deadLetters'), ...under(Object.fromEntries(first), 'deadLetters', 'fields')]
  }
  return call === 'health' ? under({ ...health?.fields }, 'health', 'fields') : []
}

/** Payloads of the examples of every channel whose address is the path, whatever its parameters are called. */
function payloadsAt(document: SourceDocument, path: string): readonly Json[] {
  const plain = (text: string): string => text.replaceAll(/\{[^{}]*\}/g, '{}')
  const channels = document.members(document.member(document.root, 'channels')).filter((channel) => {
    const address = document.member(channel, 'address')?.value
    return typeof address === 'string' && plain(address) === plain(path)
  })
  const messages = channels.flatMap((channel) => document.members(document.member(channel, 'messages'))).map((message) => document.withTraits(message))
  return messages.flatMap((message) => document.members(document.member(message, 'examples'))).flatMap(({ value }) => {
    const payload = isObject(value) ? value['payload'] : undefined
    // The payload came out of YAML or JSON.
    return typeof payload === 'object' && payload !== null ? [payload as Json] : []
  })
}

function callsOf({ create, read, list, remove, health, rotate, enable, deadLetters }: SubscriptionApi): readonly (readonly [Call, { readonly path: string }])[] {
  const calls = { create, read, list, remove, health, rotate, enable, deadLetters, redeliver: deadLetters?.redeliver }
  return (Object.keys(calls) as Call[]).flatMap((call) => {
    const found = calls[call]
    return found === undefined ? [] : [[call, found] as const]
  })
}
