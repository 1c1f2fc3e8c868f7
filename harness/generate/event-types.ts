import { isObject } from '../profile/locate.ts'
import type { Json } from '../profile/json-pointer.ts'
import type { Profile } from '../profile/profile.ts'
import { eventModel, exampleTypes, type Branch, type Primitive } from './events.ts'
import type { Message } from './messages.ts'
import type { Names } from './names.ts'
import { isNamed, type SchemaReader } from './read-schema.ts'
import type { Declaration, Shape } from './shape.ts'

/** The events of a profile, with the names that they have in the generated module. */
export interface EventTypes {
  /** Events whose type is known, in the order of the document. */
  readonly known: readonly KnownEvent[]
  /** Declarations of events of any type. */
  readonly open: readonly string[]
  /** Where the type stands below an event; empty when nothing tells. */
  readonly discriminator: readonly string[]
  /** Events come in batches, of the declaration WebhookPayload. */
  readonly isBatch: boolean
}

export interface KnownEvent {
  readonly name: string
  readonly type: Primitive
  /** The declaration that it is, but for its type; absent when it has a schema of its own. */
  readonly base?: string
  readonly example?: Json
}

/**
 * Declares the events of a profile.
 *
 * Where the schema lets any type through, the types of the examples become events of their own beside `AnyEvent`: they are what a
 * consumer knows, and the rest has to be let in. A single schema without types is `WebhookEvent` itself.
 */
export function declareEvents(reader: SchemaReader, names: Names, profile: Profile, delivered: readonly Message[]): EventTypes {
  const model = eventModel(reader, profile, delivered)
  const { discriminator = [] } = model
  const branches = distinct(model.branches)
  const claimed = new Set(branches.flatMap(({ types }) => types ?? []))
  const open = branches.filter(({ types }) => types === undefined)
  const examples = exampleTypes(profile, model)
  const exampleOf = (type: Primitive) => examples.find((each) => each.type === type)?.example
  const shown = open.length === 1 ? examples.filter(({ type }) => !claimed.has(type)) : []
  const isPlain = branches.length === 1 && open.length === 1 && shown.length === 0

  if (model.batch) reader.call(model.batch, 'WebhookPayload')
  const [only] = open
  if (only && open.length === 1) reader.call(only.schema, isPlain ? 'WebhookEvent' : 'AnyEvent')
  for (const { schema, types } of branches) if (types?.length === 1) reader.call(schema, names.give(String(types[0]), 'Event'))

  const known: KnownEvent[] = []
  for (const branch of branches) {
    const base = reader.declare(branch.schema, wantedName(branch, delivered.length))
    const types = branch.types ?? (branch === only ? shown.map(({ type }) => type).filter((type) => mayBe(reader.declarations, { kind: 'reference', name: base }, discriminator, type)) : [])
    if (branch.types?.length === 1) known.push(withExample({ name: base, type: branch.types[0] ?? '' }, exampleOf))
    else known.push(...types.map((type) => withExample({ name: names.give(String(type), 'Event'), type, base }, exampleOf)))
  }
  if (model.batch) reader.declare(model.batch, 'WebhookPayload')
  return { known, open: open.map(({ schema }) => reader.declare(schema, '')), discriminator, isBatch: model.batch !== undefined }
}

function withExample(event: KnownEvent, exampleOf: (type: Primitive) => Json | undefined): KnownEvent {
  const example = exampleOf(event.type)
  return { ...event, ...(example !== undefined && { example }) }
}

function distinct(branches: readonly Branch[]): readonly Branch[] {
  return [...new Map(branches.map((branch) => [`${branch.schema.place.file}#${branch.schema.place.path.join('/')}`, branch])).values()]
}

/** What a schema of events is called: by its own name, or else by its title or its message. */
function wantedName({ message, schema: { schema, place } }: Branch, messages: number): string {
  if (isNamed(place.path)) return String(place.path.at(-1))
  const title = isObject(schema) ? schema['title'] : undefined
  return typeof title === 'string' ? title : messages > 1 ? message.name : 'Event'
}

/** Whether a value of this type may stand at a place of a shape. An example that breaks its schema names no event. */
function mayBe(declarations: readonly Declaration[], shape: Shape, steps: readonly string[], type: Primitive): boolean {
  switch (shape.kind) {
    case 'reference': {
      const target = declarations.find(({ name }) => name === shape.name)
      return target === undefined || mayBe(declarations, target.shape, steps, type)
    }
    case 'union':
      return shape.of.some((each) => mayBe(declarations, each, steps, type))
    case 'intersection':
      return shape.of.every((each) => mayBe(declarations, each, steps, type))
    case 'object': {
      const [step, ...rest] = steps
      const member = shape.members.find(({ name }) => name === step)
      return member === undefined ? step !== undefined && shape.rest !== 'closed' : mayBe(declarations, member.shape, rest, type)
    }
    case 'literal':
      return steps.length === 0 && shape.value === type
    case 'text':
      return steps.length === 0 && typeof type === 'string'
    case 'number':
    case 'boolean':
      return steps.length === 0 && typeof type === shape.kind
    default:
      return shape.kind === 'anything'
  }
}
