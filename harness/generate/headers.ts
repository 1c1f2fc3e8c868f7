import type { Profile } from '../profile/profile.ts'
import type { Message } from './messages.ts'
import type { SchemaReader } from './read-schema.ts'
import { unionOf, type Declaration, type Member, type Shape } from './shape.ts'

/**
 * The headers of a delivery: those of the messages' schemas, and those that the signature scheme and the identity stand in.
 *
 * Names are in small letters, as Node.js and fetch give them, and every value is a text, whatever its schema says: that is
 * what travels. A header is always there when each message requires it or a signature cannot be checked without it.
 */
export function headersDeclaration(reader: SchemaReader, profile: Profile, delivered: readonly Message[]): Declaration {
  const bySchema = delivered.map(({ headers }) => (headers === undefined ? [] : membersOf(reader, reader.read(headers))))
  const members = new Map<string, Member>()
  for (const member of bySchema.flat()) {
    const name = member.name.toLowerCase()
    const before = members.get(name)
    const required = bySchema.every((all) => all.some((other) => other.name.toLowerCase() === name && other.required))
    const shape = before === undefined ? textOf(member.shape) : unionOf([before.shape, textOf(member.shape)])
    members.set(name, { name, shape, required, ...(member.about && { about: member.about }) })
  }
  for (const { name, required, about } of headersInUse(profile)) {
    const before = members.get(name)
    members.set(name, { name, shape: { kind: 'text' }, ...before, required: required || (before?.required ?? false), about: { ...about, ...before?.about } })
  }
  return { name: 'WebhookHeaders', shape: { kind: 'object', members: [...members.values()], rest: 'open' }, about: {} }
}

/** Headers that the profile itself names. */
function headersInUse({ signature, acknowledgement: { deduplication, eventType, eventTime }, samples }: Profile): readonly Member[] {
  const found: Member[] = []
  const add = (place: { readonly in: string; readonly name?: string } | undefined, required: boolean, description: string, examples: readonly string[] = []) => {
    if (place?.in !== 'header' || place.name === undefined) return
    found.push({ name: place.name.toLowerCase(), shape: { kind: 'text' }, required, about: { description, ...(examples.length > 0 && { examples }) } })
  }
  for (const place of deduplication?.places ?? []) add(place, false, 'Identity of the event: a repeat has it too.')
  const typeName = eventType?.in === 'header' ? eventType.name.toLowerCase() : undefined
  const types = samples.flatMap(({ headers }) => headers.flatMap(([name, value]) => (name.toLowerCase() === typeName ? [value] : [])))
  add(eventType, false, 'Type of the event.', [...new Set(types)])
  add(eventTime, false, 'When the event happened.')
  for (const field of Object.values(signature.fields)) add(field, field.required !== false, 'Part of what is signed.')
  for (const guard of signature.guards ?? []) add(guard, true, `Always ${guard.equals}.`)
  const [first, ...more] = signature.signature.sources
  if (first && !('pattern' in first)) add(first, more.length === 0 && !('keySlot' in first && first.keySlot !== undefined), 'The signature.')
  for (const source of more) if (!('pattern' in source)) add(source, false, 'A further signature.')
  return found
}

function membersOf(reader: SchemaReader, shape: Shape): readonly Member[] {
  switch (shape.kind) {
    case 'object':
      return shape.members
    case 'intersection':
      return shape.of.flatMap((each) => membersOf(reader, each))
    case 'reference': {
      const target = reader.declarations.find(({ name }) => name === shape.name)
      return target ? membersOf(reader, target.shape) : []
    }
    default:
      return []
  }
}

/** The shape of a header's text: texts and constants stay as they are. */
function textOf(shape: Shape): Shape {
  if (shape.kind === 'text') return shape
  if (shape.kind === 'literal') return shape.value === null || typeof shape.value === 'object' ? { kind: 'text' } : { kind: 'literal', value: String(shape.value) }
  return shape.kind === 'union' && shape.of.every(({ kind }) => kind === 'literal') ? unionOf(shape.of.map(textOf)) : { kind: 'text' }
}
