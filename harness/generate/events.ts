import { parseJson, valueAt, type Json } from '../profile/json-pointer.ts'
import { isObject } from '../profile/locate.ts'
import type { Profile } from '../profile/profile.ts'
import type { PlacedSchema } from './documents.ts'
import type { Message } from './messages.ts'
import type { SchemaReader } from './read-schema.ts'

type Steps = readonly string[]

/** What the delivered messages say about events, before anything has a name. */
export interface EventModel {
  /** Schemas of one event; several when the document tells them apart. */
  readonly branches: readonly Branch[]
  /** Where the type of an event stands, below the event; absent when its body does not tell. */
  readonly discriminator?: Steps
  /** The payload is a batch: its schema, while the branches are those of one item. */
  readonly batch?: PlacedSchema
}

/** One schema of events. */
export interface Branch {
  readonly message: Message
  readonly schema: PlacedSchema
  /** The types that it is for; absent when it is for any. */
  readonly types?: readonly Primitive[]
}

export type Primitive = string | number | boolean

/** A type that the document names, by a schema or by an example. */
export interface KnownType {
  readonly type: Primitive
  /** An event of it, when the document has an example. */
  readonly example?: Json
}

/**
 * The events of a profile. Their types are told apart by what `x-acknowledgement.eventType` names in the body; without it by the first
 * member that is a constant of its own in each alternative.
 */
export function eventModel(reader: SchemaReader, profile: Profile, delivered: readonly Message[]): EventModel {
  const steps = typeSteps(profile)
  const cut = steps?.findLastIndex((step) => /^\d+$/.test(step)) ?? -1
  const payloads = delivered.flatMap((message) => (message.payload ? [{ message, schema: reader.follow(message.payload) }] : []))
  const items = cut < 0 ? payloads : payloads.map(({ message, schema }) => ({ message, schema: below(reader, schema, steps?.slice(0, cut + 1) ?? []) }))
  const isBatch = cut >= 0 && items.every(({ schema }) => schema !== undefined)
  const found = (isBatch ? items : payloads).flatMap(({ message, schema }) => (schema === undefined ? [] : alternatives(reader, schema).map((alternative) => ({ message, schema: alternative }))))
  const discriminator = isBatch || cut < 0 ? (steps?.slice(cut + 1) ?? ownConstant(reader, found.map(({ schema }) => schema))) : undefined
  return {
    branches: found.map((branch): Branch => {
      const types = discriminator && constantsAt(reader, branch.schema, discriminator)
      return { ...branch, ...(types && { types }) }
    }),
    ...(discriminator && { discriminator }),
    ...(isBatch && payloads[0] && { batch: payloads[0].schema }),
  }
}

/** The types in the examples of the profile, in order, each once; of a batch those of every item. */
export function exampleTypes(profile: Profile, model: EventModel): readonly KnownType[] {
  const { discriminator } = model
  if (discriminator === undefined) return []
  const pointer = `/${discriminator.map(escaped).join('/')}`
  const found = new Map<Primitive, Json>()
  for (const event of profile.samples.flatMap(({ body }) => eventsIn(profile, model, parseJson(body)))) {
    const type = valueAt(event, pointer)
    if ((typeof type === 'string' || typeof type === 'number' || typeof type === 'boolean') && !found.has(type)) found.set(type, event)
  }
  return [...found].map(([type, example]) => ({ type, example }))
}

/** The events that a body carries. */
export function eventsIn(profile: Profile, { batch }: Pick<EventModel, 'batch'>, document: Json | undefined): readonly Json[] {
  if (document === undefined) return []
  const steps = typeSteps(profile)
  const cut = batch === undefined || steps === undefined ? -1 : steps.findLastIndex((step) => /^\d+$/.test(step))
  if (cut < 0) return [document]
  const list = valueAt(document, steps?.slice(0, cut).map((step) => `/${escaped(step)}`).join('') ?? '')
  return Array.isArray(list) ? list : []
}

function typeSteps({ acknowledgement: { eventType } }: Profile): Steps | undefined {
  return eventType?.in === 'body' && eventType.pointer !== '' ? eventType.pointer.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined
}

/** A schema that is nothing but a choice is each of its alternatives. */
function alternatives(reader: SchemaReader, placed: PlacedSchema, depth = 0): readonly PlacedSchema[] {
  const { schema, place } = placed
  if (!isObject(schema) || depth > 8 || schema['properties'] !== undefined || schema['allOf'] !== undefined) return [placed]
  const keyword = ['oneOf', 'anyOf'].find((key) => Array.isArray(schema[key]))
  const choices = keyword === undefined ? [] : [schema[keyword]].flat()
  if (keyword === undefined || choices.length === 0 || (schema['oneOf'] !== undefined && schema['anyOf'] !== undefined)) return [placed]
  return choices.flatMap((choice, index) => alternatives(reader, reader.follow({ schema: choice, place: { ...place, path: [...place.path, keyword, index] } }), depth + 1))
}

/** The member whose value is a constant in every alternative, another in each. */
function ownConstant(reader: SchemaReader, branches: readonly PlacedSchema[]): Steps | undefined {
  const [first] = branches
  if (first === undefined || branches.length < 2 || !isObject(first.schema) || !isObject(first.schema['properties'])) return undefined
  return Object.keys(first.schema['properties'])
    .map((name) => [name])
    .find((steps) => {
      const constants = branches.map((branch) => constantsAt(reader, branch, steps))
      const all = constants.flatMap((values) => values ?? [])
      return constants.every((values) => values !== undefined) && new Set(all).size === all.length
    })
}

/** The values that a schema allows at a place, when it names them all. */
function constantsAt(reader: SchemaReader, placed: PlacedSchema, steps: Steps): readonly Primitive[] | undefined {
  const schema = below(reader, placed, steps)?.schema
  if (!isObject(schema)) return undefined
  const values: unknown = Object.hasOwn(schema, 'const') ? [schema['const']] : schema['enum']
  const isPrimitive = (value: unknown): value is Primitive => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return Array.isArray(values) && values.length > 0 && values.every(isPrimitive) ? values : undefined
}

/** The schema at steps below another, through properties, items, references and the parts of `allOf`. */
function below(reader: SchemaReader, placed: PlacedSchema, steps: Steps): PlacedSchema | undefined {
  const { schema, place } = reader.follow(placed)
  const [step, ...rest] = steps
  if (step === undefined) return { schema, place }
  if (!isObject(schema)) return undefined
  const key = /^\d+$/.test(step) && isObject(schema['items']) ? ['items'] : isObject(schema['properties']) && Object.hasOwn(schema['properties'], step) ? ['properties', step] : undefined
  if (key !== undefined) {
    const next = key.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), schema)
    return below(reader, { schema: next, place: { ...place, path: [...place.path, ...key] } }, rest)
  }
  const parts = Array.isArray(schema['allOf']) ? schema['allOf'] : []
  for (const [index, part] of parts.entries()) {
    const found = below(reader, { schema: part, place: { ...place, path: [...place.path, 'allOf', index] } }, steps)
    if (found !== undefined) return found
  }
  return undefined
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}
