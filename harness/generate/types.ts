import { HarnessError } from '../errors.ts'
import { CheckWriter } from './check-text.ts'
import type { ProfileSource } from './documents.ts'
import { doors, shapeError } from './doors.ts'
import { deliveryText, eventDoors, eventTypesText } from './event-text.ts'
import { declareEvents } from './event-types.ts'
import { headersDeclaration } from './headers.ts'
import { messagesOf } from './messages.ts'
import { moduleHeader } from './module-header.ts'
import { Names } from './names.ts'
import { SchemaReader } from './read-schema.ts'
import type { Declaration, Shape } from './shape.ts'
import { declarationText } from './type-text.ts'

const words = 'What a guard accepts has the type. What the schema accepts is never refused: formats, and rules between members, are not checked.'

const firstWords: Readonly<Record<string, string>> = {
  AnyEvent: 'An event of any type, also of one that is not known here.',
  WebhookEvent: 'An event.',
  WebhookPayload: 'The body of a delivery: a batch of events.',
  WebhookHeaders: 'The headers of a delivery, with their names in small letters, as Node.js and fetch give them.',
}

/**
 * The TypeScript module of a profile: events and everything else that its document describes as types, each with a guard and a
 * parser, and nothing that has to be imported. The same documents give the same text.
 *
 * @throws HarnessError `broken-profile` for a schema that cannot be read.
 */
export function typesModule(source: ProfileSource): string {
  const { delivered, others } = messagesOf(source)
  const names = new Names()
  const reader = new SchemaReader(source.documents, names)
  const events = delivered.length > 0 ? declareEvents(reader, names, source.profile, delivered) : undefined
  const ofEvents = reader.declarations.length
  const headers = delivered.length > 0 ? [headersDeclaration(reader, source.profile, delivered)] : []
  const described = [...new Set(others.flatMap(({ name, payload }) => (payload ? [reader.declare(payload, name)] : [])))]
  const declarations = [...reader.declarations, ...headers]
  refuseEmptyCircles(declarations)

  const textOf = (declaration: Declaration) => declarationText(declaration, firstWords[declaration.name])
  const checks = new CheckWriter(declarations)
  const types = [
    ...reader.declarations.slice(0, ofEvents).map(textOf),
    ...(events ? eventTypesText(events, declarations) : []),
    ...headers.map(textOf),
    ...(events ? [deliveryText(events)] : []),
    ...reader.declarations.slice(ofEvents).map(textOf),
  ]
  const guards = [...(events ? eventDoors(events, checks) : []), ...[...headers.map(({ name }) => name), ...described].map((name) => doors(name, checks.named(name)))]
  return [moduleHeader(source, 'types', words), ...types, ...guards, shapeError, checks.text()].join('\n')
}

/** A shape that is defined by itself alone, with no object or list between, means nothing. */
function refuseEmptyCircles(declarations: readonly Declaration[]): void {
  const direct = (shape: Shape): readonly string[] => (shape.kind === 'reference' ? [shape.name] : shape.kind === 'union' || shape.kind === 'intersection' ? shape.of.flatMap(direct) : [])
  const next = new Map(declarations.map(({ name, shape }) => [name, direct(shape)]))
  for (const { name } of declarations) {
    const reached = new Set(next.get(name))
    for (const other of reached) for (const further of next.get(other) ?? []) reached.add(further)
    if (reached.has(name)) throw new HarnessError('broken-profile', `the schema of ${name} is defined by itself`, 'put an object or an array between a schema and its repetition')
  }
}
