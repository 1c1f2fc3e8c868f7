import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import compiled from '../../generated/schemas.json'
import { schemaErrors } from '../../harness/profile/json-schema.ts'
import { describeErrors, type SchemaError } from '../../harness/profile/validate.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

const root = join(import.meta.dirname, '../..')
const names = Object.keys(compiled)
const oracles = new Map<string, ValidateFunction>()
const documents = new Map<string, Json>()
/** Values of an extension, by its name. */
const extensions = new Map<string, Json[]>()

beforeAll(async () => {
  const draft7 = new Ajv({ strict: false, allErrors: true, verbose: true, inlineRefs: false })
  const draft2020 = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true, verbose: true })
  const withFormats = formats as unknown as (ajv: Ajv) => void // its declarations are those of a CommonJS module
  withFormats(draft7)
  for (const [name, schema] of Object.entries(compiled)) (name === 'asyncapi' ? draft7 : draft2020).addSchema(schema, name)
  for (const name of names) {
    const validate = (name === 'asyncapi' ? draft7 : draft2020).getSchema(name)
    if (validate) oracles.set(name, validate)
  }
  const files = (await readdir(join(root, 'spec/profiles'))).filter((file) => file.endsWith('.yaml')).map((file) => join('profiles', file))
  for (const file of ['asyncapi.yaml', ...files]) {
    const document = parse(await readFile(join(root, 'spec', file), 'utf8')) as Json
    documents.set(file, document)
    collect(document)
  }
})

function collect(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (names.includes(name)) extensions.set(name, [...(extensions.get(name) ?? []), member as Json])
    collect(member as Json)
  }
}

/** What is wrong, without where in the schema. Among items of a wrong type, ajv does not look for duplicates. */
function told(errors: readonly SchemaError[]): readonly string[] {
  const isTold = ({ instancePath, keyword }: SchemaError) => keyword !== 'uniqueItems' || !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`))
  return errors.filter(isTold).map(({ instancePath, keyword, message = '' }) => `${instancePath} ${keyword} ${keyword === 'uniqueItems' ? '' : message}`).toSorted()
}

function agree(name: string, value: Json): void {
  const oracle = oracles.get(name)
  oracle?.(value)
  const theirs = (oracle?.errors ?? []) as readonly SchemaError[]
  const ours = schemaErrors(name, value)
  expect(told(ours)).toEqual(told(theirs))
  expect(describeErrors(ours)[0]?.path).toEqual(describeErrors(theirs)[0]?.path)
}

/** The value with one place of it changed. */
function changed(value: Json, steps: readonly number[], change: (at: Json) => Json): Json {
  const [step, ...rest] = steps
  if (step === undefined || typeof value !== 'object' || value === null) return change(value)
  const entries = Object.entries(value)
  const chosen = entries[step % Math.max(1, entries.length)]
  if (!chosen) return change(value)
  const [key, member] = chosen
  if (Array.isArray(value)) return value.map((each: Json, index) => (String(index) === key ? changed(each, rest, change) : each))
  return { ...(value as { readonly [name: string]: Json }), [key]: changed(member as Json, rest, change) }
}

const changes: fc.Arbitrary<(at: Json) => Json> = fc.oneof(
  fc.jsonValue().map((value) => () => value as Json),
  fc.constant((at: Json) => (Array.isArray(at) ? [...at, ...at] : at)),
  fc.nat(8).map((drop) => (at: Json) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? Object.fromEntries(Object.entries(at).filter((_, index) => index !== drop)) : at)),
  fc.constantFrom('x-ours', 'bogus', 'title', '$ref', 'a/b~c', 'type', '__proto__x').map((name) => (at: Json) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? { ...at, [name]: 1 } : at)),
  fc.constantFrom<Json>(-1, 0, 0.5, 1e9, '', ' ', '5s', 'http://[', '{', '{id}', '2xx', 'send', [], {}, [null], ['a', 'a'], [{ a: 1, b: 2 }, { b: 2, a: 1 }], true, null).map((value) => () => value),
)
const paths = fc.array(fc.nat(20), { maxLength: 9 })

describe('a document is held to its schemas', () => {
  test('of which every one has an oracle here', () => {
    expect([...oracles.keys()]).toEqual(names)
  })

  test('with the verdict of ajv on every document of the project', () => {
    for (const document of documents.values()) agree('asyncapi', document)
    for (const [name, values] of extensions) for (const value of values) agree(name, value)
  })

  test('with the verdict of ajv on a document that is wrong in any place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents.values()), paths, changes, (document, path, change) => agree('asyncapi', changed(document, path, change))),
      { numRuns: 300 },
    )
  }, 120_000)

  test.each(names.filter((name) => name !== 'asyncapi'))('with the verdict of ajv on %s', (name) => {
    const examples = [...(extensions.get(name) ?? []), {}, [], null]
    fc.assert(
      fc.property(fc.constantFrom(...examples), paths, changes, (value, path, change) => agree(name, changed(value, path, change))),
      { numRuns: 200 },
    )
  })

  test('whose keywords are all understood', () => {
    const understood = new Set('$ref type enum const minimum maximum exclusiveMinimum minLength pattern format minItems maxItems uniqueItems items additionalItems minProperties maxProperties required propertyNames properties patternProperties additionalProperties dependentRequired dependentSchemas not anyOf oneOf allOf if then else'.split(' '))
    const silent = new Set(['$schema', '$id', '$defs', 'definitions', 'title', 'description', 'default', 'example'])
    const found = new Set<string>()
    const walk = (schema: unknown): void => {
      if (Array.isArray(schema)) return schema.forEach(walk)
      if (typeof schema !== 'object' || schema === null) return
      for (const [keyword, operand] of Object.entries(schema)) {
        found.add(keyword)
        if (['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'].includes(keyword)) Object.values(operand as object).forEach(walk)
        else if (!['enum', 'const', 'default', 'example', 'required', 'dependentRequired'].includes(keyword)) walk(operand)
      }
    }
    Object.values(compiled).forEach(walk)
    expect([...found].filter((keyword) => !understood.has(keyword) && !silent.has(keyword))).toEqual([])
  })

  test('in a time that grows with its size, whatever is repeated in it', () => {
    const document = { asyncapi: '3.0.0', info: { title: 'Orders', version: '1', tags: Array.from({ length: 20_000 }, (_, index) => ({ name: `tag ${index}` })) } }
    expect(schemaErrors('asyncapi', document)).toEqual([])
    expect(schemaErrors('asyncapi', { ...document, info: { ...document.info, tags: [...document.info.tags, { name: 'tag 7' }] } })).toMatchObject([{ keyword: 'uniqueItems', params: { i: 20_000, j: 7 } }])
  })
})
