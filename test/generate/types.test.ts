import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compile as compileWithLibrary } from 'json-schema-to-typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { readProfileSource, type ProfileSource } from '../../harness/generate/documents.ts'
import { eventModel, eventsIn } from '../../harness/generate/events.ts'
import { messagesOf } from '../../harness/generate/messages.ts'
import { Names } from '../../harness/generate/names.ts'
import { SchemaReader } from '../../harness/generate/read-schema.ts'
import { typesModule } from '../../harness/generate/types.ts'
import { isObject } from '../../harness/profile/locate.ts'
import { parseJson, type Json } from '../../harness/profile/json-pointer.ts'
import { builtInProfiles } from '../../harness/profile/load.ts'
import { faultsOf, guard, load, refusal, root } from './typescript.ts'

/** A compiler on a busy machine. */
const compiling = 180_000
const names = builtInProfiles().map(({ name }) => name)
const sources = new Map<string, ProfileSource>()
const texts = new Map<string, string>()

beforeAll(async () => {
  for (const name of names) {
    const source = await readProfileSource(name)
    sources.set(name, source)
    texts.set(name, typesModule(source))
  }
})

const sourceOf = (name: string): ProfileSource => sources.get(name) ?? expect.fail()
const textOf = (name: string): string => texts.get(name) ?? expect.fail()

describe('the types of the built-in profiles', () => {
  test('all compile in one program, under the strictest settings and without anything of a platform', () => {
    expect(names.length).toBeGreaterThan(30)
    expect(faultsOf(new Map([...texts].map(([name, text]) => [`${name}.ts`, text])))).toEqual([])
  }, compiling)

  test('a fault would be noticed by that program', () => {
    expect(faultsOf(new Map([['wrong.ts', textOf('stripe').replace("readonly type: 'customer.created'", 'readonly type: 7')]]))).toEqual([expect.stringMatching(/^wrong\.ts\(\d+\): Interface 'CustomerCreated' incorrectly extends/)])
  })

  test('are the same each time', async () => {
    for (const name of ['event-delivery', 'sendgrid', 'whatwg']) expect(typesModule(await readProfileSource(name))).toBe(textOf(name))
  })

  test('the committed models are those of event-delivery', async () => {
    expect(await readFile(join(root, 'schemas/models.ts'), 'utf8'), 'run npm run models').toBe(textOf('event-delivery'))
  })

  test('name the profile and the command, and no day', () => {
    expect(textOf('stripe')).toContain(' *   npx conformance generate types --profile stripe --out FILE\n')
    expect(textOf('docusign').slice(0, 600)).not.toMatch(/20\d\d-\d\d/)
  })

  test.each(names)('%s: every example is accepted by its guard, and not once a member has another type or is gone', async (name) => {
    const { profile } = sourceOf(name)
    const module = await load(textOf(name))
    if (profile.withoutWebhooks) return expect(guard(module, Object.keys(module).find((each) => each.startsWith('is')) ?? '')(5)).toBe(false)
    const model = modelOf(name)
    let refused = 0
    for (const { body, contentType } of profile.samples) {
      const isText = !/json/.test(contentType)
      if (isText) expect(refusal(module, 'parseEvent', body)).toBeUndefined()
      const payload = parseJson(body)
      if (model.batch) expect(refusal(module, 'parseWebhookPayload', payload)).toBeUndefined()
      for (const event of isText ? [] : eventsIn(profile, model, payload)) {
        expect(refusal(module, 'parseEvent', event)).toBeUndefined()
        for (const wrong of requiredMutations(name, event)) {
          expect(guard(module, 'isEvent')(wrong)).toBe(false)
          refused += 1
        }
      }
      for (const wrong of [undefined, null, 7, true, []]) expect(guard(module, 'isEvent')(wrong)).toBe(false)
    }
    if (!['docusign', 'twilio', 'adyen'].includes(name)) expect(refused).toBeGreaterThan(1)
  })
})

describe('events by their type', () => {
  test('each guard takes its own event and no other', async () => {
    const module = await load(textOf('event-delivery'))
    const [created, shipped] = sourceOf('event-delivery').profile.samples.map(({ body }) => parseJson(body))
    expect([created, shipped].map(guard(module, 'isOrderCreated'))).toEqual([true, false])
    expect([created, shipped].map(guard(module, 'isOrderShipped'))).toEqual([false, true])
    expect([created, shipped].map(guard(module, 'isKnownEvent'))).toEqual([true, true])
    expect(refusal(module, 'parseOrderShipped', created)).toBe('not a valid OrderShipped: /type: expected "order.shipped", saw another text')
  })

  test('a type that nobody listed is an event, and none of the known ones', async () => {
    const module = await load(textOf('event-delivery'))
    const unknown = { id: 'evt-1', type: 'order.cancelled', timestamp: '2026-01-01T00:00:00Z', source: 'orders', data: {} }
    expect(refusal(module, 'parseEvent', unknown)).toBeUndefined()
    expect(guard(module, 'isKnownEvent')(unknown)).toBe(false)
    expect(refusal(module, 'parseKnownEvent', unknown)).toBe('not a valid KnownEvent: /type: expected "order.created" or "order.shipped" or "payment.completed", saw another text')
  })

  test('a type deep inside, and in the items of a batch', async () => {
    const [slack, adyen, sendgrid] = await Promise.all(['slack', 'adyen', 'sendgrid'].map((name) => load(textOf(name))))
    const first = (name: string) => eventsIn(sourceOf(name).profile, modelOf(name), parseJson(sourceOf(name).profile.samples[0]?.body ?? ''))[0]
    expect(guard(slack ?? {}, 'isAppMention')(first('slack'))).toBe(true)
    expect(guard(slack ?? {}, 'isReactionAdded')(first('slack'))).toBe(false)
    expect(guard(adyen ?? {}, 'isAuthorisation')(first('adyen'))).toBe(true)
    expect(guard(adyen ?? {}, 'isCapture')(first('adyen'))).toBe(false)
    expect(guard(sendgrid ?? {}, 'isDelivered')(first('sendgrid'))).toBe(true)
    expect(refusal(sendgrid ?? {}, 'parseWebhookPayload', [first('sendgrid'), { ...(first('sendgrid') as object), timestamp: 'noon' }])).toBe('not a valid WebhookPayload: /1/timestamp: expected a whole number, saw a text')
  })

  test('a parser returns the very value, and its error never repeats what it saw', async () => {
    const module = await load(textOf('event-delivery'))
    const event = { id: 'evt-1', type: 'order.created', timestamp: 'noon', source: 'orders', data: {} }
    const parse = module['parseOrderCreated'] as (value: unknown) => unknown // exported by the module
    expect(parse(event)).toBe(event)
    const error = refusal(module, 'parseOrderCreated', { ...event, data: 'card 4111 1111 1111 1111' })
    expect(error).toBe('not a valid OrderCreated: /data: expected an object, saw a text')
  })

  test('the compiler narrows by the type, and knows the headers', () => {
    const use = `import { isKnownEvent, parseEvent } from './models.ts'
import type { OrderCreated, PaymentCompleted, WebhookDelivery } from './models.ts'
export function handle({ headers, body }: WebhookDelivery): OrderCreated | PaymentCompleted | string {
  const event = parseEvent(body)
  if (!isKnownEvent(event)) return headers['webhook-id']
  switch (event.type) {
    case 'order.created':
      return event satisfies OrderCreated
    case 'payment.completed':
      return event satisfies PaymentCompleted
    case 'order.shipped':
      return event.id
  }
}
export const delivery = (known: WebhookDelivery<OrderCreated>): 'order.created' => known.event.type
`
    expect(faultsOf(new Map([['models.ts', textOf('event-delivery')], ['use.ts', use]]))).toEqual([])
    expect(faultsOf(new Map([['models.ts', textOf('event-delivery')], ['use.ts', use.replace("'webhook-id'", "'x-id'")]]))).toEqual([expect.stringMatching(/^use\.ts\(5\): .*Property 'x-id' does not exist/)])
  })
})

describe('against json-schema-to-typescript', () => {
  test('both types of every payload take each other’s values, readonly aside', async () => {
    const modules = new Map<string, string>()
    for (const name of names) {
      const source = sourceOf(name)
      const { delivered, others } = messagesOf(source)
      const oracles: string[] = []
      const checks: string[] = []
      for (const [index, message] of [...delivered, ...others].entries()) {
        const schema = message.payload?.schema
        if (!isObject(schema)) continue
        // What the reference names, so that the library finds the rest in the same document.
        const resolved = new SchemaReader(source.documents, new Names()).follow(message.payload ?? expect.fail()).schema
        const root = { ...(isObject(resolved) ? resolved : {}), title: `Oracle${index}`, components: isObject(source.document.root.value) ? source.document.root.value['components'] : {} }
        const library = await compileWithLibrary(root as object, `Oracle${index}`, { additionalProperties: false, bannerComment: '', format: false, unreachableDefinitions: false, ignoreMinAndMaxItems: true })
        oracles.push(`export namespace Of${index} {\n${library}\n}`)
        const own = ownName(source, index)
        checks.push(`export const there${index} = (value: Own.${own}): Deep<Oracles.Of${index}.Oracle${index}> => value`, `export const back${index} = (value: Deep<Oracles.Of${index}.Oracle${index}>): Own.${own} => value`)
      }
      modules.set(`${name}.ts`, textOf(name))
      modules.set(`${name}-oracle.ts`, oracles.join('\n'))
      modules.set(`${name}-check.ts`, `import type * as Own from './${name}.ts'\nimport type * as Oracles from './${name}-oracle.ts'\n${deep}\n${checks.join('\n')}\n`)
    }
    expect(faultsOf(modules, { erasableSyntaxOnly: false, noUnusedLocals: false })).toEqual([])
  }, compiling)
})

/** Readonly all the way down; the library writes mutable types. */
const deep = 'export type Deep<T> = T extends (...args: never) => unknown ? T : T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T'

/** The name that a payload has in the generated module. */
function ownName(source: ProfileSource, index: number): string {
  const { delivered, others } = messagesOf(source)
  const text = typesModule(source)
  if (index < delivered.length) return text.includes('type WebhookPayload') || text.includes('interface WebhookPayload') ? 'WebhookPayload' : text.includes('interface AnyEvent') ? 'AnyEvent' : 'WebhookEvent'
  const message = others[index - delivered.length]
  const schema = message?.payload?.schema
  const reference = isObject(schema) ? schema['$ref'] : undefined
  const name = typeof reference === 'string' ? (reference.split('/').at(-1) ?? '') : (message?.name ?? '')
  const wanted = name.charAt(0).toUpperCase() + name.slice(1)
  return ['Error', 'Event'].includes(wanted) ? `${wanted}Payload` : wanted
}

function modelOf(name: string) {
  const source = sourceOf(name)
  return eventModel(new SchemaReader(source.documents, new Names()), source.profile, messagesOf(source).delivered)
}

/** The event with each required member of its schema once of another type, once gone. */
function requiredMutations(name: string, event: Json): readonly unknown[] {
  const schema = modelOf(name).branches[0]?.schema.schema
  if (!isObject(schema) || !isObject(event) || !Array.isArray(schema['required'])) return []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return schema['required'].map(String).flatMap((key) => {
    const { [key]: _, ...rest } = event
    const described = properties[key]
    return [rest, ...(isObject(described) && described['type'] !== undefined ? [{ ...event, [key]: Symbol('another type') }] : [])]
  })
}
