import { describe, expect, test } from 'vitest'
import { mistake } from '../../sse/parse.ts'
import { streamVectors } from '../../sse/vectors.ts'
import { brokenParsers } from './index.ts'
import { partedParser } from './parted-parser.ts'

const requirements = [...new Set(streamVectors.map(({ requirement }) => requirement))]

test('there are a hundred broken parsers and more, each with a name of its own', () => {
  expect(brokenParsers.length).toBeGreaterThan(100)
  expect(new Set(brokenParsers.map(({ name }) => name)).size).toBe(brokenParsers.length)
})

test.each(requirements)('some parser breaks %s', (requirement) => {
  expect(brokenParsers.filter((broken) => broken.requirement === requirement)).not.toEqual([])
})

test.each(streamVectors)('the parser that they are made of gets $id right', (vector) => {
  expect(mistake(partedParser(), vector)).toBeUndefined()
})

describe('a vector of its own rule finds the parser that', () => {
  test.each(brokenParsers)('$name', ({ requirement, parser }) => {
    const vectors = streamVectors.filter((vector) => vector.requirement === requirement)
    expect(vectors.filter((vector) => mistake(parser, vector) !== undefined).map(({ id }) => id)).not.toEqual([])
  })
})
