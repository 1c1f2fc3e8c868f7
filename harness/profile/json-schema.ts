import { isDeepStrictEqual } from 'node:util'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import compiled from '../../generated/schemas.json'
import { isObject } from './locate.ts'
import type { SchemaError } from './validate.ts'

type Schema = boolean | Keywords

/** The keywords of JSON Schema that our schemas and those of AsyncAPI use; a test holds both to this list. */
interface Keywords {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly items?: Schema | readonly Schema[]
  readonly additionalItems?: Schema
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly required?: readonly string[]
  readonly propertyNames?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly dependentSchemas?: Readonly<Record<string, Schema>>
  readonly not?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
}

/** What is checked: a value at a JSON pointer, by a schema of a document of schemas. */
interface Scene {
  readonly schema: Keywords
  readonly value: unknown
  readonly path: string
  readonly root: Schema
}

type Rule = (scene: Scene) => readonly SchemaError[]

// The build writes them; the type that is inferred from the JSON knows nothing of recursion.
const documents = compiled as unknown as Readonly<Record<string, Schema>>
const byId = new Map(Object.values(documents).flatMap((document) => (typeof document === 'object' && document.$id !== undefined ? [[document.$id, document] as const] : [])))

/**
 * Everything that is wrong with a value by the schema of this name: `asyncapi`, or an extension such as `x-signature`.
 *
 * Draft-07 and 2020-12 alike, as far as the keywords go that occur; the errors are those of ajv with `allErrors`.
 */
export function schemaErrors(name: string, value: unknown): readonly SchemaError[] {
  const document = documents[name]
  if (document === undefined) throw new TypeError(`there is no schema ${name}`)
  return check(document, value, '', document)
}

/** Nothing is wrong almost everywhere, and a document has a hundred thousand places: that costs no list each. */
const none: readonly SchemaError[] = []

function check(schema: Schema, value: unknown, path: string, root: Schema): readonly SchemaError[] {
  if (schema === true) return none
  if (schema === false) return [{ instancePath: path, keyword: 'false schema', params: {}, message: 'boolean schema is false' }]
  const scene = { schema, value, path, root }
  const kind = typeof value === 'number' ? ofNumbers : typeof value === 'string' ? ofTexts : Array.isArray(value) ? ofLists : isObject(value) ? ofObjects : undefined
  return joined(referred(scene), ofType(scene), combinators.some((keyword) => keyword in schema) ? ofAny(scene) : none, kind ? kind(scene) : none)
}

function joined(...lists: readonly (readonly SchemaError[])[]): readonly SchemaError[] {
  const told = lists.filter(({ length }) => length > 0)
  return told.length > 1 ? told.flat() : (told[0] ?? none)
}

/** Keywords that hold for values of every type. */
const combinators = ['const', 'enum', 'not', 'anyOf', 'oneOf', 'allOf', 'if']

const referred: Rule = ({ schema, value, path, root }) => {
  if (schema.$ref === undefined) return none
  const [id = '', pointer = ''] = schema.$ref.split('#')
  const document = id === '' ? root : byId.get(id)
  const target = document && pointer.split('/').slice(1).reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document)
  if (target === undefined) throw new TypeError(`the schema ${schema.$ref} does not exist`)
  return check(target as Schema, value, path, document ?? root) // what a reference of a schema leads to is one
}

const ofType: Rule = (scene) => {
  const { type } = scene.schema
  if (type === undefined || [type].flat().some((name) => isOfType(scene.value, name))) return none
  return [wrong(scene, 'type', { type }, `must be ${String(type)}`)]
}

const ofNumbers: Rule = (scene) => {
  const { minimum, maximum, exclusiveMinimum } = scene.schema
  const value = Number(scene.value)
  return [
    ...(maximum !== undefined && value > maximum ? [wrong(scene, 'maximum', { comparison: '<=', limit: maximum }, `must be <= ${maximum}`)] : []),
    ...(minimum !== undefined && value < minimum ? [wrong(scene, 'minimum', { comparison: '>=', limit: minimum }, `must be >= ${minimum}`)] : []),
    ...(exclusiveMinimum !== undefined && value <= exclusiveMinimum ? [wrong(scene, 'exclusiveMinimum', { comparison: '>', limit: exclusiveMinimum }, `must be > ${exclusiveMinimum}`)] : []),
    ...ofFormat(scene),
  ]
}

const ofTexts: Rule = (scene) => {
  const { minLength, pattern } = scene.schema
  const value = String(scene.value)
  return [
    ...(minLength !== undefined && [...value].length < minLength ? [wrong(scene, 'minLength', { limit: minLength }, `must NOT have fewer than ${minLength} characters`)] : []),
    ...(pattern !== undefined && !expression(pattern).test(value) ? [wrong(scene, 'pattern', { pattern }, `must match pattern "${pattern}"`)] : []),
    ...ofFormat(scene),
  ]
}

const ofFormat: Rule = (scene) => {
  const { format } = scene.schema
  const known: unknown = format === undefined ? undefined : new Map<string, unknown>(Object.entries(fullFormats)).get(format)
  const test = isObject(known) && 'validate' in known ? known['validate'] : known
  const forNumbers = isObject(known) && known['type'] === 'number'
  if (forNumbers !== (typeof scene.value === 'number')) return []
  const fits = test instanceof RegExp ? test.test(String(scene.value)) : typeof test !== 'function' || test(scene.value) === true
  return fits ? [] : [wrong(scene, 'format', { format }, `must match format "${format ?? ''}"`)]
}

const ofAny: Rule = (scene) => {
  const { value, path, root, schema } = scene
  const under = (one: Schema): readonly SchemaError[] => check(one, value, path, root)
  const alternatives = (keyword: 'anyOf' | 'oneOf', message: string): readonly SchemaError[] => {
    const branches = schema[keyword]?.map(under)
    const passing = branches?.filter((errors) => errors.length === 0).length ?? 1
    return passing === 1 || (keyword === 'anyOf' && passing > 1) ? [] : [...(branches?.flat() ?? []), wrong(scene, keyword, {}, message)]
  }
  const branch = schema.if === undefined ? undefined : under(schema.if).length === 0 ? ('then' as const) : ('else' as const)
  const conditional = branch === undefined ? [] : under(schema[branch] ?? true)
  return [
    ...('const' in schema && !isDeepStrictEqual(value, schema.const) ? [wrong(scene, 'const', { allowedValue: schema.const }, 'must be equal to constant')] : []),
    ...(schema.enum && !schema.enum.some((each) => isDeepStrictEqual(value, each)) ? [wrong(scene, 'enum', { allowedValues: schema.enum }, 'must be equal to one of the allowed values')] : []),
    ...(schema.not !== undefined && under(schema.not).length === 0 ? [wrong(scene, 'not', {}, 'must NOT be valid')] : []),
    ...alternatives('anyOf', 'must match a schema in anyOf'),
    ...alternatives('oneOf', 'must match exactly one schema in oneOf'),
    ...(schema.allOf ?? []).flatMap(under),
    ...conditional,
    ...(conditional.length > 0 ? [wrong(scene, 'if', { failingKeyword: branch }, `must match "${branch ?? ''}" schema`)] : []),
  ]
}

const ofLists: Rule = (scene) => {
  const { path, root, schema } = scene
  const value: readonly unknown[] = Array.isArray(scene.value) ? scene.value : []
  const { minItems = 0, maxItems = Infinity, items, additionalItems = true } = schema
  const schemaAt = (index: number): Schema => (!Array.isArray(items) ? ((items as Schema | undefined) ?? true) : ((items as readonly Schema[])[index] ?? additionalItems)) // the list was told from the rest
  return [
    ...(value.length > maxItems ? [wrong(scene, 'maxItems', { limit: maxItems }, `must NOT have more than ${maxItems} items`)] : []),
    ...(value.length < minItems ? [wrong(scene, 'minItems', { limit: minItems }, `must NOT have fewer than ${minItems} items`)] : []),
    ...(schema.uniqueItems === true ? duplicates(scene, value) : []),
    ...value.flatMap((item, index) => check(schemaAt(index), item, `${path}/${index}`, root)),
  ]
}

function duplicates(scene: Scene, value: readonly unknown[]): readonly SchemaError[] {
  const places = new Map<string, number>()
  const pairs = value.flatMap((item, index) => {
    const text = canonical(item)
    const before = places.get(text)
    places.set(text, index)
    return before === undefined ? [] : [[before, index] as const]
  })
  const last = pairs.at(-1)
  return last === undefined ? [] : [wrong(scene, 'uniqueItems', { i: last[1], j: last[0] }, `must NOT have duplicate items (items ## ${last[0]} and ${last[1]} are identical)`)]
}

/** The same text for equal values, whatever the order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? ''
}

const ofObjects: Rule = (scene) => {
  const { path, root, schema } = scene
  const value = isObject(scene.value) ? scene.value : {}
  const names = Object.keys(value)
  const has = (name: string): boolean => Object.hasOwn(value, name)
  const { minProperties = 0, maxProperties = Infinity, properties = {}, additionalProperties } = schema
  const within = (name: string, of: Schema): readonly SchemaError[] => check(of, value[name], `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, root)
  const patterns = schema.patternProperties === undefined ? [] : Object.entries(schema.patternProperties).map(([pattern, of]) => [expression(pattern), of] as const)
  const isStray = (name: string): boolean => !Object.hasOwn(properties, name) && !patterns.some(([pattern]) => pattern.test(name))
  const errors: SchemaError[] = []
  const add = (more: readonly SchemaError[]): void => more.forEach((error) => errors.push(error))
  if (names.length > maxProperties) errors.push(wrong(scene, 'maxProperties', { limit: maxProperties }, `must NOT have more than ${maxProperties} properties`))
  if (names.length < minProperties) errors.push(wrong(scene, 'minProperties', { limit: minProperties }, `must NOT have fewer than ${minProperties} properties`))
  for (const name of schema.required ?? []) if (!has(name)) errors.push(wrong(scene, 'required', { missingProperty: name }, `must have required property '${name}'`))
  for (const name of names) {
    if (schema.propertyNames !== undefined) add(named(scene, name))
    if (additionalProperties === undefined || additionalProperties === true || !isStray(name)) continue
    if (additionalProperties === false) errors.push(wrong(scene, 'additionalProperties', { additionalProperty: name }, 'must NOT have additional properties'))
    else add(within(name, additionalProperties))
  }
  for (const name of names) {
    const of = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (of !== undefined) add(within(name, of))
    for (const [pattern, own] of patterns) if (pattern.test(name)) add(within(name, own))
  }
  for (const [property, wanted] of Object.entries(schema.dependentRequired ?? {})) {
    for (const name of has(property) ? wanted : []) if (!has(name)) errors.push(wrong(scene, 'dependentRequired', { property, missingProperty: name }, `must have property ${name} when property ${property} is present`))
  }
  for (const [property, of] of Object.entries(schema.dependentSchemas ?? {})) if (has(property)) add(check(of, value, path, root))
  return errors
}

function named(scene: Scene, name: string): readonly SchemaError[] {
  const errors = scene.schema.propertyNames === undefined ? [] : check(scene.schema.propertyNames, name, scene.path, scene.root)
  return errors.length === 0 ? [] : [...errors, wrong(scene, 'propertyNames', { propertyName: name }, 'property name must be valid')]
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return typeof value === type
  }
}

const expressions = new Map<string, RegExp>()

function expression(pattern: string): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u')
  expressions.set(pattern, known)
  return known
}

function wrong({ path, schema }: Scene, keyword: string, params: SchemaError['params'], message: string): SchemaError {
  return { instancePath: path, keyword, params, message, parentSchema: schema }
}
