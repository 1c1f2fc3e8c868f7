import type { Json } from '../profile/json-pointer.ts'
import { isObject } from '../profile/locate.ts'
import { unionOf, type Declaration, type Member, type ObjectShape, type Shape, type TupleShape } from './shape.ts'
import { docComment, keyText, stringLiteral } from './typescript-text.ts'

const deeper = '  '

/** A declaration as TypeScript: an interface for an object, a type for anything else. `first` begins its comment. */
export function declarationText({ name, shape, about }: Declaration, first?: string): string {
  const comment = docComment(about, '', first)
  return shape.kind === 'object' ? `${comment}export interface ${name} ${objectText(shape, '')}\n` : `${comment}export type ${name} = ${typeText(shape, '')}\n`
}

/** A shape as a type; further lines are indented. Everything is readonly: a received value is a fact. */
export function typeText(shape: Shape, indent: string): string {
  switch (shape.kind) {
    case 'anything':
      return 'unknown'
    case 'nothing':
      return 'never'
    case 'text':
      return 'string'
    case 'null':
    case 'boolean':
    case 'number':
      return shape.kind
    case 'literal':
      return literalType(shape.value)
    case 'reference':
      return shape.name
    case 'list':
      return `readonly ${operand(shape.items, indent)}[]`
    case 'tuple':
      return tupleText(shape, indent)
    case 'object':
      return objectText(shape, indent)
    case 'union':
      return shape.of.map((each) => operand(each, indent, '&')).join(' | ')
    case 'intersection':
      return shape.of.map((each) => operand(each, indent)).join(' & ')
  }
}

/** The type of exactly this value. */
export function literalType(value: Json): string {
  if (typeof value === 'string') return stringLiteral(value)
  if (Array.isArray(value)) return `readonly [${value.map((item: Json) => literalType(item)).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  // A member of a JSON object is JSON.
  const members = Object.entries(value).map(([name, member]) => `readonly ${keyText(name)}: ${literalType(member as Json)}`)
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}

function objectText({ members, rest }: ObjectShape, indent: string): string {
  const inner = indent + deeper
  const lines = members.map((member) => memberText(member, inner))
  const index = indexText(members, rest, inner)
  const all = index === undefined ? lines : [...lines, `${inner}readonly [name: string]: ${index}\n`]
  if (all.length === 1 && members.length === 0) return `{ ${all[0]?.trim() ?? ''} }`
  return `{\n${all.join('')}${indent}}`
}

function memberText({ name, shape, required, about = {} }: Member, indent: string): string {
  return `${docComment(about, indent)}${indent}readonly ${keyText(name)}${required ? '' : '?'}: ${typeText(shape, indent)}\n`
}

/** What a name that is not described may hold. TypeScript wants every described member to be of that type too. */
function indexText(members: readonly Member[], rest: ObjectShape['rest'], indent: string): string | undefined {
  if (rest === 'open') return members.length === 0 ? 'unknown' : undefined
  if (rest === 'closed') return members.length === 0 ? 'never' : undefined
  const text = typeText(unionOf([rest, ...members.map(({ shape }) => shape)]), indent)
  return text !== 'unknown' && members.some(({ required }) => !required) ? `${text} | undefined` : text
}

function tupleText({ items, rest, min }: TupleShape, indent: string): string {
  const places = items.map((item, index) => (index < min ? typeText(item, indent) : `${operand(item, indent)}?`))
  return `readonly [${[...places, ...(rest ? [`...${operand(rest, indent)}[]`] : [])].join(', ')}]`
}

/** A type in front of or between operators, in parentheses where they would read it otherwise. */
function operand(shape: Shape, indent: string, around: '&' | '|' = '|'): string {
  const text = typeText(shape, indent)
  const loose = (shape.kind === 'union' && text.includes(' | ')) || (shape.kind === 'intersection' && around === '|') || shape.kind === 'list' || shape.kind === 'tuple'
  return loose ? `(${text})` : text
}
