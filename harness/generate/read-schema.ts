import type { Json } from '../profile/json-pointer.ts'
import { isObject, type JsonObject } from '../profile/locate.ts'
import type { Documents, Place, PlacedSchema } from './documents.ts'
import type { Names } from './names.ts'
import { aboutOf, isJson, listShape, numberShape, textShape } from './schema-keywords.ts'
import { anything, intersectionOf, nothing, unionOf, type Declaration, type Member, type Shape } from './shape.ts'

const maxDepth = 200
const typeNames = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const
type TypeName = (typeof typeNames)[number]

/**
 * Reads JSON Schemas as shapes: draft-07 and 2020-12, as far as both say something about a type.
 *
 * Each `$ref` becomes a declaration with a name of its own, written once, so that recursion ends. Siblings of a `$ref` are
 * left out, as AsyncAPI has it. Members without a type mean an object, items an array: that is what is meant, though the
 * letter of the standard lets any other value through.
 */
export class SchemaReader {
  /** In the order in which they were finished: what a declaration needs stands before it, recursion excepted. */
  readonly declarations: Declaration[] = []
  private readonly documents: Documents
  private readonly names: Names
  private readonly nameAt = new Map<string, string>()
  private readonly begun = new Set<string>()

  constructor(documents: Documents, names: Names) {
    this.documents = documents
    this.names = names
  }

  /** Gives the schema at a place this name, wherever it is met. The name has to be free; the first one stays. */
  call({ place }: PlacedSchema, name: string): void {
    const key = keyOf(place)
    if (!this.nameAt.has(key)) this.nameAt.set(key, name)
  }

  /** The schema itself, or what its chain of references ends in. */
  follow(placed: PlacedSchema): PlacedSchema {
    let current = placed
    for (let hops = 0; isObject(current.schema) && typeof current.schema['$ref'] === 'string'; hops += 1) {
      if (hops === 32) this.documents.fail(placed.place, 'the reference leads in a circle', 'let it point at a schema')
      current = this.documents.resolve(current.schema['$ref'], current.place)
    }
    return current
  }

  /** A declaration for the schema, under the name that it has, by a reference or by `call`, or else this one; its name. */
  declare(placed: PlacedSchema, wanted: string): string {
    const { schema, place } = this.follow(placed)
    const key = keyOf(place)
    const name = this.nameAt.get(key) ?? this.names.give(keyOf(placed.place) === key ? wanted : this.wantedName({ schema, place }), 'Payload')
    this.nameAt.set(key, name)
    if (!this.begun.has(key)) {
      this.begun.add(key)
      this.declarations.push({ name, shape: this.body(schema, place, 0), about: aboutOf(schema) })
    }
    return name
  }

  /** The shape of a schema. @throws HarnessError `broken-profile` with file and line. */
  read({ schema, place }: PlacedSchema, depth = 0): Shape {
    if (isObject(schema) && typeof schema['$ref'] === 'string') {
      return { kind: 'reference', name: this.declare({ schema, place }, '') }
    }
    const name = this.nameAt.get(keyOf(place))
    return name === undefined ? this.body(schema, place, depth) : { kind: 'reference', name: this.declare({ schema, place }, name) }
  }

  private wantedName({ schema, place }: PlacedSchema): string {
    const last = place.path.at(-1)
    if (last === undefined) return place.file.replace(/^.*[/\\]/, '').replace(/(\.schema)?\.\w+$/, '')
    const title = isObject(schema) ? schema['title'] : undefined
    return !isNamed(place.path) && typeof title === 'string' ? title : String(last)
  }

  private body(schema: unknown, place: Place, depth: number): Shape {
    if (depth > maxDepth) this.documents.fail(place, `the schema is nested more than ${maxDepth} levels deep`, 'give its parts names and refer to them')
    if (schema === true) return anything
    if (schema === false) return nothing
    if (!isObject(schema)) this.documents.fail(place, 'a schema is neither an object nor true nor false', 'write what it describes, or {} for anything')
    const below = (key: string | number, ...more: readonly (string | number)[]): PlacedSchema => {
      const path = [key, ...more]
      return { schema: path.reduce<unknown>((value, step) => (Array.isArray(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined), schema), place: { ...place, path: [...place.path, ...path] } }
    }
    const each = (keyword: string): readonly Shape[] => {
      const branches = schema[keyword]
      return Array.isArray(branches) ? branches.map((_, index) => this.read(below(keyword, index), depth + 1)) : []
    }
    const alternatives = ['anyOf', 'oneOf'].flatMap((keyword) => (Array.isArray(schema[keyword]) ? [unionOf(each(keyword))] : []))
    return intersectionOf([this.own(schema, place, depth, below), ...each('allOf'), ...alternatives])
  }

  /** What the keywords of the schema itself say, combinations aside. */
  private own(schema: JsonObject, place: Place, depth: number, below: (key: string | number, ...more: readonly (string | number)[]) => PlacedSchema): Shape {
    const types = this.typesOf(schema, place)
    const nullable: readonly Shape[] = schema['nullable'] === true ? [{ kind: 'null' }] : []
    const constants = Object.hasOwn(schema, 'const') ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : undefined
    if (constants !== undefined) {
      const allowed = constants.filter(isJson).filter((value) => types === undefined || types.some((type) => isOfType(value, type)))
      return unionOf([...allowed.map((value): Shape => ({ kind: 'literal', value })), ...nullable])
    }
    if (types === undefined) return anything
    const shapes = types.map((type): Shape => {
      switch (type) {
        case 'string':
          return textShape(schema)
        case 'number':
        case 'integer':
          return numberShape(schema, type === 'integer' && !types.includes('number'))
        case 'array':
          return this.list(schema, depth, below)
        case 'object':
          return this.object(schema, depth, below)
        default:
          return { kind: type }
      }
    })
    return unionOf([...shapes, ...nullable])
  }

  private typesOf(schema: JsonObject, place: Place): readonly TypeName[] | undefined {
    if (schema['type'] === undefined) {
      if (['properties', 'required', 'additionalProperties', 'patternProperties'].some((key) => schema[key] !== undefined)) return ['object']
      return ['items', 'prefixItems'].some((key) => schema[key] !== undefined) ? ['array'] : undefined
    }
    return [schema['type']].flat().map((type) => typeNames.find((known) => known === type) ?? this.documents.fail({ ...place, path: [...place.path, 'type'] }, `there is no type ${JSON.stringify(type)}`, `types are ${typeNames.join(', ')}`))
  }

  private list(schema: JsonObject, depth: number, below: (key: string, ...more: readonly number[]) => PlacedSchema): Shape {
    const tuple = Array.isArray(schema['prefixItems']) ? 'prefixItems' : Array.isArray(schema['items']) ? 'items' : undefined
    const more = tuple === 'items' ? 'additionalItems' : 'items'
    const rest = schema[tuple === undefined ? 'items' : more] === undefined ? anything : this.read(below(tuple === undefined ? 'items' : more), depth + 1)
    if (tuple === undefined) return listShape(schema, rest)
    const items = [schema[tuple]].flat().map((_, index) => this.read(below(tuple, index), depth + 1))
    const min = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0
    return { kind: 'tuple', items, min: Math.max(0, Math.min(items.length, min)), ...(rest.kind === 'nothing' ? {} : { rest }) }
  }

  private object(schema: JsonObject, depth: number, below: (key: string, ...more: readonly string[]) => PlacedSchema): Shape {
    const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : [])
    const properties = isObject(schema['properties']) ? schema['properties'] : {}
    const described = Object.keys(properties).map((name): Member => {
      const placed = below('properties', name)
      return { name, shape: this.read(placed, depth + 1), required: required.has(name), about: aboutOf(placed.schema) }
    })
    const undescribed = [...required].filter((name) => !Object.hasOwn(properties, name)).map((name): Member => ({ name, shape: anything, required: true }))
    return { kind: 'object', members: [...described, ...undescribed], rest: this.restOf(schema, depth, below) }
  }

  /** Patterns of names are not told apart: a further member has one of the shapes that any of them allows. */
  private restOf(schema: JsonObject, depth: number, below: (key: string, ...more: readonly string[]) => PlacedSchema): 'open' | 'closed' | Shape {
    const patterns = isObject(schema['patternProperties']) ? Object.keys(schema['patternProperties']) : []
    const additional = schema['additionalProperties']
    const others = additional === undefined ? undefined : this.read(below('additionalProperties'), depth + 1)
    if (patterns.length === 0) return others === undefined ? 'open' : others.kind === 'nothing' ? 'closed' : others
    return unionOf([...patterns.map((name) => this.read(below('patternProperties', name), depth + 1)), others ?? anything])
  }
}

/** Whether a place is one at which authors give names. */
export function isNamed(path: Place['path']): boolean {
  return ['schemas', '$defs', 'definitions'].includes(String(path.at(-2)))
}

function isOfType(value: Json, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function keyOf({ file, path }: Place): string {
  return `${file}#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
}
