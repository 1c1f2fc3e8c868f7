import type { Json } from '../profile/json-pointer.ts'

/**
 * What a JSON Schema says about a value, as far as a type and a guard can say it.
 *
 * A shape is never narrower than its schema: a keyword that is not read lets more through, never less.
 */
export type Shape =
  | { readonly kind: 'anything' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  | TextShape
  | NumberShape
  | { readonly kind: 'literal'; readonly value: Json }
  | ListShape
  | TupleShape
  | ObjectShape
  | { readonly kind: 'union'; readonly of: readonly Shape[] }
  | { readonly kind: 'intersection'; readonly of: readonly Shape[] }
  /** One of the declarations, by its name. */
  | { readonly kind: 'reference'; readonly name: string }

export interface TextShape {
  readonly kind: 'text'
  /** In characters, not in UTF-16 code units. */
  readonly min?: number
  readonly max?: number
  /** A regular expression that JavaScript can read, with or without the flag `u`. */
  readonly pattern?: { readonly source: string; readonly flags: 'u' | '' }
}

export interface NumberShape {
  readonly kind: 'number'
  readonly whole: boolean
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
}

export interface ListShape {
  readonly kind: 'list'
  readonly items: Shape
  readonly min?: number
  readonly max?: number
}

export interface TupleShape {
  readonly kind: 'tuple'
  readonly items: readonly Shape[]
  /** What may follow; absent: nothing. */
  readonly rest?: Shape
  /** So many items are always there. */
  readonly min: number
}

export interface ObjectShape {
  readonly kind: 'object'
  readonly members: readonly Member[]
  /** Members that are not named: allowed and not described, forbidden, or of a shape. */
  readonly rest: 'open' | 'closed' | Shape
}

export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly about?: About
}

/** What a schema says to people. */
export interface About {
  readonly title?: string
  readonly description?: string
  readonly format?: string
  readonly default?: Json
  readonly examples?: readonly Json[]
  readonly deprecated?: true
}

/** A shape with a name of its own in the generated module. */
export interface Declaration {
  readonly name: string
  readonly shape: Shape
  readonly about: About
}

export const anything: Shape = { kind: 'anything' }
export const nothing: Shape = { kind: 'nothing' }

/** A union without repeats; of one shape that shape, of none nothing. */
export function unionOf(shapes: readonly Shape[]): Shape {
  const all = shapes.flatMap((shape) => (shape.kind === 'union' ? shape.of : [shape])).filter(({ kind }) => kind !== 'nothing')
  if (all.some(({ kind }) => kind === 'anything')) return anything
  const distinct = [...new Map(all.map((shape) => [JSON.stringify(shape), shape])).values()]
  const [first, ...others] = distinct
  if (first === undefined) return nothing
  return others.length === 0 ? first : { kind: 'union', of: distinct }
}

/** An intersection without what says nothing; of one shape that shape. */
export function intersectionOf(shapes: readonly Shape[]): Shape {
  const all = shapes.flatMap((shape) => (shape.kind === 'intersection' ? shape.of : [shape])).filter(({ kind }) => kind !== 'anything')
  const [first, ...others] = all
  if (first === undefined) return anything
  return others.length === 0 ? first : { kind: 'intersection', of: all }
}
