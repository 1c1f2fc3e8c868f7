import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locate, putAt, readJsonText, valueAt } from '../../harness/signing/json-text.ts'

const text = ' {"a":{"b":[1,{"c":"x"},{"c":"é\\u00e9\\""}]},"a/b":true,"~":null,"":{"":2},"n":1e0,"d":1,"d":2}\n'
const valuesAt = (pointer: string) => locate(text, pointer).map((place) => valueAt(text, place))

describe('a pointer leads to every value of that name', () => {
  test.each([
    ['/a/b/0', ['1']],
    ['/a/b/1/c', ['x']],
    ['/a/b/*/c', ['x', Buffer.from('éé"').toString('latin1')]],
    ['/a~1b', ['true']],
    ['/~0', [undefined]],
    ['//', ['2']],
    ['/n', ['1e0']],
    ['/d', ['1', '2']],
    ['/d/0', []],
    ['/a/b/*/x', []],
    ['/x', []],
    ['/*', []],
  ])('%s', (pointer, values) => {
    expect(valuesAt(pointer)).toEqual(values)
  })
})

test('what a parser finds is found in the text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat({ max: 3 }), (document, indent) => {
      const spelled = JSON.stringify(document, undefined, indent)
      for (const [name, value] of Object.entries(JSON.parse(spelled) as Record<string, unknown>)) {
        const places = locate(spelled, `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
        expect(places.map(({ start, end }) => JSON.parse(spelled.slice(start, end)) as unknown)).toEqual([value])
      }
    }),
  )
})

test('a value is put in place and every other byte kept', () => {
  expect(putAt('{ "a" : 1.0,"b":"\\u0061"}', '/b', 'new')).toBe('{ "a" : 1.0,"b":"new"}')
  expect(putAt('{"n":1}', '/n', '20')).toBe('{"n":20}')
  expect(putAt('{"n":1}', '/n', '1e2')).toBe('{"n":"1e2"}')
  expect(putAt('{"n":"1"}', '/n', '20')).toBe('{"n":"20"}')
})

test('an absent member is added, with the objects around it', () => {
  expect(putAt('{ }', '/a', 'x')).toBe('{ "a":"x"}')
  expect(putAt('{"b":1}', '/s/t', 'x')).toBe('{"b":1,"s":{"t":"x"}}')
})

test('a value that no object can hold is not put anywhere', () => {
  expect(putAt('[1]', '/a', 'x')).toBeUndefined()
  expect(putAt('"text"', '', 'x')).toBe('"x"')
  expect(putAt('{"a":1}', '/a/b', 'x')).toBeUndefined()
})

test.each([
  ['a byte order mark', '\ufeff{}'],
  ['two values', '{}{}'],
  ['nothing', ''],
  ['a trailing comma', '{"a":1,}'],
])('%s is not JSON', (_, body) => {
  expect(readJsonText(Buffer.from(body))).toBeUndefined()
})

test('bytes that are not UTF-8 are not JSON', () => {
  expect(readJsonText(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined()
})

test('a very deep body is read without a fault', () => {
  const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"b":1}`
  expect(locate(deep, '/b')).toHaveLength(1)
})
