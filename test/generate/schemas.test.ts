import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../harness/errors.ts'
import { typesModule } from '../../harness/generate/types.ts'
import { sourceOf, type Parts } from './document.ts'
import { faultsOf, guard, load, refusal } from './typescript.ts'

const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, unicodeRegExp: false, ownProperties: true, logger: false })

/** One member of each kind that the emitter has to get right: a schema, values that it takes and values that it refuses. */
const table: readonly (readonly [title: string, schema: unknown, taken: readonly unknown[], refused: readonly unknown[]])[] = [
  ['anything', {}, [1, null, 'x', {}], []],
  ['true', true, [1, null], []],
  ['false', false, [], [1, null]],
  ['a constant', { const: "it's \"so\"\n" }, ["it's \"so\"\n"], ['it', 1]],
  ['an enumeration of several kinds', { enum: ['a', 2, true, null] }, ['a', 2, true, null], ['2', false]],
  ['an enumeration held against its types', { type: ['string', 'null'], enum: ['a', null, 3] }, ['a', null], [3]],
  ['objects as constants', { enum: [{ a: [1, { b: null }] }, []] }, [{ a: [1, { b: null }] }, []], [{ a: [1, { b: 0 }] }, [1], {}]],
  ['an empty enumeration', { enum: [] }, [], ['a']],
  ['types as a list', { type: ['string', 'integer', 'null'] }, ['a', 1, null], [1.5, {}]],
  ['integer beside number', { type: ['integer', 'number'] }, [1.5, 1], ['1']],
  ['nullable', { type: 'string', nullable: true }, [null, 'a'], [1]],
  ['lengths in characters', { type: 'string', minLength: 2, maxLength: 3 }, ['ab', '😀😀', '😀😀😀'], ['a', '😀', 'abcd']],
  ['a pattern', { type: 'string', pattern: "^\\d+'/`\\$\\{$" }, ["1'/`${"], ['1']],
  ['a pattern without the flag u', { type: 'string', pattern: '^[\\w-\\.]+$' }, ['a.b-c'], ['a b']],
  ['bounds', { type: 'number', minimum: 0, exclusiveMaximum: 10 }, [0, 9.5], [-1, 10]],
  ['bounds, the other ends', { type: 'number', exclusiveMinimum: 0, maximum: 10 }, [0.5, 10], [0, 11]],
  ['a list', { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 }, [['a']], [[], [1], ['a', 'b', 'c'], { 0: 'a' }]],
  ['items of any kind', { type: 'array' }, [[1, 'a']], ['a']],
  ['a tuple of 2020-12', { type: 'array', prefixItems: [{ type: 'string' }, { type: ['number', 'null'] }], minItems: 1, items: false }, [['a'], ['a', 1], ['a', null]], [[], [1], ['a', 'b'], ['a', 1, 2]]],
  ['a tuple with more behind it', { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } }, [[], ['a'], ['a', 1, 2]], [['a', 'b']]],
  ['a tuple of draft-07', { type: 'array', items: [{ type: 'string' }], additionalItems: false, minItems: 1 }, [['a']], [[], ['a', 1]]],
  ['members without a type', { properties: { a: { type: 'string' } }, required: ['a'] }, [{ a: 'x' }], [{}, { a: 1 }]],
  ['required and not described', { type: 'object', required: ['a'] }, [{ a: null }], [{}]],
  ['no further members', { type: 'object', properties: { a: {} }, additionalProperties: false }, [{}, { a: 1 }], [{ b: 1 }]],
  ['no members at all', { type: 'object', additionalProperties: false }, [{}], [{ a: 1 }]],
  ['further members of a shape', { type: 'object', properties: { a: { type: 'string' }, b: { type: 'boolean' } }, required: ['a'], additionalProperties: { type: 'number' } }, [{ a: 'x', c: 1 }], [{ a: 'x', c: 'y' }]],
  ['further members of any shape', { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true }, [{ a: 'x', c: 1 }], [{ a: 1 }]],
  ['a map', { type: 'object', additionalProperties: { type: 'array', items: { enum: ['x', 'y'] } } }, [{ a: ['x'] }], [{ a: ['z'] }]],
  ['patterns of names', { type: 'object', patternProperties: { '^n_': { type: 'number' } }, additionalProperties: false }, [{ n_a: 1 }], [{ n_a: 'x' }]],
  ['names that need quotes', { type: 'object', required: ["it's", 'a-b', '1', '', '\\', 'class', '__proto__', 'hasOwnProperty', 'new\nline'], properties: { "it's": { type: 'string' }, 'a-b': { type: 'string' }, 1: {}, '': {}, '\\': {}, class: { type: 'string' }, ['__proto__']: { type: 'string' }, hasOwnProperty: { type: 'string' }, 'new\nline': {} } }, [JSON.parse('{"it\'s":"a","a-b":"b","1":1,"":1,"\\\\":1,"class":"c","__proto__":"p","hasOwnProperty":"h","new\\nline":1}')], [JSON.parse('{"it\'s":"a","a-b":"b","1":1,"":1,"\\\\":1,"class":"c","__proto__":7,"hasOwnProperty":"h","new\\nline":1}'), { "it's": 'a' }]],
  ['members of every prototype', { type: 'object', required: ['constructor', 'toString'] }, [{ constructor: 1, toString: 2 }], [{}]],
  ['all of', { allOf: [{ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }, { type: 'object', properties: { b: { type: 'number' } } }] }, [{ a: 'x', b: 1 }], [{ b: 1 }, { a: 'x', b: 'y' }]],
  ['any of', { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'], properties: { a: { type: 'number' } } }] }, ['a', { a: 1 }], [1, { a: 'x' }]],
  ['one of members that are required', { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, anyOf: [{ required: ['a'] }, { required: ['b'] }] }, [{ a: 'x' }, { b: 'y' }], [{}]],
  ['types of a list, one an object', { type: ['object', 'array', 'string'], properties: { a: { type: 'string' } }, items: { type: 'number' } }, [{ a: 'x' }, [1], 'x'], [{ a: 1 }, ['x'], 1]],
  ['a comment that would end', { type: 'string', description: 'ends */ alert(1) /* here\u2028and\u202Ethere', title: '@deprecated `${1}`', examples: ['*/', { a: '*/' }], default: '*/' }, ['x'], [1]],
]

const payload = { type: 'object', properties: Object.fromEntries(table.map(([, schema], index) => [`m${index}`, schema])) }

describe('a schema with everything', () => {
  // In a file of its own: AsyncAPI tools refuse some of it within the document.
  const source = sourceOf({ payload: { $ref: 'all.json' } }, { 'all.json': payload })

  const loaded = source.then((all) => load(typesModule(all)))

  test('compiles', async () => {
    expect(faultsOf(new Map([['all.ts', typesModule(await source)]]))).toEqual([])
  }, 180_000)

  test.each(table.map(([title, , taken, refused], index) => ({ title, index, taken, refused })))('$title', async ({ index, taken, refused }) => {
    const isEvent = guard(await loaded, 'isEvent')
    expect(taken.map((value) => isEvent({ [`m${index}`]: value }))).toEqual(taken.map(() => true))
    expect(refused.map((value) => isEvent({ [`m${index}`]: value }))).toEqual(refused.map(() => false))
  })

  test('what the schema accepts is never refused', async () => {
    const module = await loaded
    for (const [index, [title, schema, taken, refused]] of table.entries()) {
      // Read without the words that mean one thing in draft-07 and another in 2020-12; false and true are compiled as they are.
      // Members without a type mean an object here, which is the one thing that is read more narrowly; the library is blind for __proto__.
      if (JSON.stringify(schema).includes('prefixItems') || ['members without a type', 'an empty enumeration', 'names that need quotes'].includes(title)) continue
      const validate = ajv.compile(schema as boolean | object)
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...taken, ...refused, null)), (value) => {
          if (validate(value)) expect(refusal(module, 'parseEvent', { [`m${index}`]: value }), title).toBeUndefined()
        }),
        { seed: 7, numRuns: 60 },
      )
    }
  })
})

describe('references', () => {
  const tree = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/components/schemas/tree-node' } }, parent: { anyOf: [{ $ref: '#/components/schemas/tree-node' }, { type: 'null' }] } } }

  test('a recursive shape has a name, is checked to the bottom, and ends', async () => {
    const text = typesModule(await sourceOf({ payload: { type: 'object', required: ['root'], properties: { root: { $ref: '#/components/schemas/tree-node' } } }, schemas: { 'tree-node': tree }, examples: [{ payload: { root: { name: 'x' } } }] }))
    expect(text).toContain('export interface TreeNode {')
    expect(faultsOf(new Map([['tree.ts', text]]))).toEqual([])
    const module = await load(text)
    expect(refusal(module, 'parseEvent', { root: { name: 'a', children: [{ name: 'b', parent: null }, { name: 7 }] } })).toBe('not a valid event: /root/children/1/name: expected a text, saw a number')
    let deep: object = { name: 'end' }
    for (let level = 0; level < 50_000; level += 1) deep = { name: 'x', children: [deep] }
    expect(refusal(module, 'parseEvent', { root: deep })).toMatch(/expected at most 500 levels, saw more$/)
  }, 180_000)

  test('a reference to a file beside the document, which refers back and onwards', async () => {
    const beside = {
      'schemas/order.schema.yaml': 'type: object\nrequired: [id, price]\nproperties:\n  id: { type: string }\n  price: { $ref: "money.json#/$defs/Amount" }\n  shop: { $ref: "../shop.json#/components/schemas/Shop" }\n',
      'schemas/money.json': { $defs: { Amount: { type: 'integer', title: 'In cents' } } },
    }
    const text = typesModule(await sourceOf({ payload: { $ref: './schemas/order.schema.yaml' }, schemas: { Shop: { type: 'string' } }, examples: [{ payload: { id: '1', price: 2 } }] }, beside))
    expect(text).toContain('/** In cents. */\nexport type Amount = number\n')
    expect(text).toContain('readonly shop?: Shop\n')
    expect(faultsOf(new Map([['files.ts', text]]))).toEqual([])
    expect(refusal(await load(text), 'parseEvent', { id: '1', price: 2.5 })).toBe('not a valid event: /price: expected a whole number, saw another number')
  }, 180_000)

  test.each([
    ['../secret.json', /shop\.json:1:\d+: the reference "\.\.\/secret\.json" leaves the folder of the document/],
    ['/etc/hostname', /leaves the folder of the document/],
    ['https://schemas.example.com/order.json', /leaves the folder of the document/],
    ['gone.json', /gone\.json cannot be read/],
    ['#/components/schemas/Gone', /the reference "#\/components\/schemas\/Gone" leads nowhere/],
    ['#anchor', /leads nowhere/],
  ])('%s is refused with the place and a cure', async (reference, fact) => {
    const fault = await faultOf({ payload: { type: 'object', properties: { a: { $ref: reference } } } })
    expect(fault.message).toMatch(fact)
    expect(fault.exitCode).toBe(2)
    expect(fault.cure).toMatch(/\w/)
  })

  test.each([
    ['a circle of references', { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } }, /leads in a circle/],
    ['a shape that is only itself', { A: { anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'string' }] } }, /the schema of A is defined by itself/],
    ['a type that does not exist', { A: { $ref: 'beside.json' } }, /beside\.json:1:\d+: there is no type "objekt"/],
  ])('%s', async (_, schemas, fact) => {
    const fault = await faultOf({ payload: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } }, schemas })
    expect(fault.message).toMatch(fact)
    expect(fault.code).toBe('broken-profile')
  })
})

describe('names', () => {
  const event = (type: string) => ({ type: 'object', required: ['type'], properties: { type: { const: type }, [type.length]: { type: 'number' } } })
  const types = ['order.created', 'order_created', 'ORDER.CREATED', '2fa.enabled', '', '*/', 'class', 'error', 'bestellung.übermittelt', '注文', 'webhook.event', 'order.created`${1}', "it's"]

  test('every event has a type of its own, whatever it is called, and each value finds its own', async () => {
    const text = typesModule(await sourceOf({ payload: { oneOf: types.map(event) }, examples: types.map((type) => ({ payload: { type } })), acknowledgement: { eventType: { in: 'body', pointer: '/type' } } }))
    expect(faultsOf(new Map([['names.ts', text]]))).toEqual([])
    expect(/export type KnownEvent = (.*)/.exec(text)?.[1]?.split(' | ')).toEqual(['OrderCreated', 'OrderCreatedEvent', 'OrderCreatedEvent2', 'The2FaEnabled', 'Unnamed', 'UnnamedEvent', 'Class', 'ErrorEvent', 'BestellungÜbermittelt', '注文', 'WebhookEventEvent', 'OrderCreated1', 'ItS'])
    const module = await load(text)
    expect(types.map((type) => refusal(module, 'parseEvent', { type }))).toEqual(types.map(() => undefined))
    expect(refusal(module, 'parseEvent', { type: 'class', 5: 'x' })).toBe('not a valid event: /5: expected a number, saw a text')
    expect(refusal(module, 'parseEvent', { type: 'nobody' })).toMatch(/^not a valid event: \/type: expected "order\.created" or .*, saw another text$/)
    expect(refusal(module, 'parseEvent', { kind: 'class' })).toMatch(/\/type: .*saw nothing$/)
    expect([guard(module, 'isClass')({ type: 'class' }), guard(module, 'isClass')({ type: 'error' })]).toEqual([true, false])
  }, 180_000)

  test('messages with schemas of their own are told apart by the member that is constant in each', async () => {
    const schema = (kind: string, member: string) => ({ type: 'object', required: ['kind', member], properties: { id: { type: 'string' }, kind: { const: kind }, [member]: { type: 'string' } } })
    const text = typesModule(
      await sourceOf({ payload: schema('opened', 'door'), examples: [{ payload: { kind: 'opened', door: 'a' } }], messages: { closed: { payload: schema('closed', 'window'), examples: [{ payload: { kind: 'closed', window: 'b' } }] } } }),
    )
    expect(text).toContain('export type KnownEvent = Opened | Closed\n')
    expect(text).toContain('export type WebhookEvent = KnownEvent\n')
    const use = "import type { WebhookEvent } from './doors.ts'\nexport const word = (event: WebhookEvent): string => (event.kind === 'opened' ? event.door : event.window)\n"
    expect(faultsOf(new Map([['doors.ts', text], ['use.ts', use]]))).toEqual([])
    expect(refusal(await load(text), 'parseEvent', { kind: 'closed', door: 'a' })).toBe('not a valid event: /window: expected a text, saw nothing')
  }, 180_000)

  test('a document cannot write code through its texts', async () => {
    const evil = "*/ export const broken = 1 /* '`${1}\n// \u2028 export const broken = 2"
    const text = typesModule(await sourceOf({ payload: { title: evil, description: evil, type: 'object', properties: { [evil]: { title: evil, const: evil }, type: { type: 'string' } } }, title: evil, examples: [{ name: evil, payload: { type: evil } }], acknowledgement: { eventType: { in: 'body', pointer: '/type' } }, headers: { type: 'object', properties: { [evil]: { type: 'string', enum: [evil] } } } }))
    expect(faultsOf(new Map([['evil.ts', text]]))).toEqual([])
    expect(Object.keys(await load(text)).filter((name) => name.includes('broken') && name === 'broken')).toEqual([])
  }, 180_000)
})

describe('headers', () => {
  test('have small letters, are texts, and are required when each message says so', async () => {
    const headers = { type: 'object', required: ['X-Count', 'X-Mode'], properties: { 'X-Count': { type: 'integer' }, 'X-Mode': { enum: ['test', 'live'] }, 'X-Trace': { type: 'string' } } }
    const text = typesModule(await sourceOf({ payload: { type: 'object' }, headers, messages: { other: { payload: { type: 'object', properties: { b: {} } }, headers: { type: 'object', properties: { 'x-count': { type: 'string' } } }, examples: [{ payload: {} }] } } }))
    expect(text).toContain("  readonly 'x-count'?: string\n  readonly 'x-mode'?: 'test' | 'live'\n  readonly 'x-trace'?: string\n  /** The signature. */\n  readonly 'x-signature': string\n")
  })
})

async function faultOf(parts: Parts): Promise<HarnessError> {
  try {
    typesModule(await sourceOf(parts, { 'beside.json': { type: 'objekt' } }))
  } catch (error) {
    if (error instanceof HarnessError) return error
    throw error
  }
  return expect.fail('nothing was wrong')
}
