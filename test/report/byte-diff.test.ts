import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byteDiff } from '../../harness/report/byte-diff.ts'

const told = (first: string, second: string) => byteDiff(Buffer.from(first), Buffer.from(second)).map(({ kind, at, bytes }) => `${kind} ${at} ${bytes.toString()}`)

describe('a byte diff', () => {
  test.each([
    ['nothing', '{"a":1}', '{"a":1}', []],
    ['one byte changed', '{"a":1}', '{"a":2}', ['same 0 {"a":', 'removed 5 1', 'added 6 2', 'same 6 }']],
    ['blanks put in', '{"a":1,"b":2}', '{"a": 1, "b": 2}', ['same 0 {"a":', 'added 5  ', 'same 5 1,', 'added 7  ', 'same 7 "b":', 'added 11  ', 'same 11 2}']],
    ['an end cut off', 'abc', 'a', ['same 0 a', 'removed 1 bc']],
    ['everything from nothing', '', 'xy', ['added 0 xy']],
    ['nothing in common', 'ab', 'xy', ['removed 0 ab', 'added 2 xy']],
  ])('of %s is exact', (_, first, second, stretches) => {
    expect(told(first, second)).toEqual(stretches)
  })

  test('gives both bodies back, whatever they hold', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }).map((values) => Buffer.from(values))
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const stretches = byteDiff(first, second)
        if (first.equals(second)) {
          expect(stretches).toEqual([])
          return
        }
        const without = (kind: string) => Buffer.concat(stretches.filter((stretch) => stretch.kind !== kind).map((stretch) => stretch.bytes))
        expect(without('added')).toEqual(first)
        expect(without('removed')).toEqual(second)
        for (const [index, stretch] of stretches.entries()) expect(stretch.kind).not.toBe(stretches[index + 1]?.kind)
      }),
      { numRuns: 400 },
    )
  })

  test('of two bodies without anything in common ends quickly in one replacement', () => {
    const started = performance.now()
    const stretches = byteDiff(Buffer.alloc(4096, 'a'), Buffer.alloc(4096, 'b'))
    expect(stretches.map(({ kind, bytes }) => [kind, bytes.length])).toEqual([['removed', 4096], ['added', 4096]])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
