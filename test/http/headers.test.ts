import { expect, test } from 'vitest'
import { headerValues, withHeader, withoutHeader } from '../../harness/http/headers.ts'
import type { HeaderLine } from '../../harness/http/message.ts'

const lines: readonly HeaderLine[] = [['A', '1'], ['webhook-id', 'x'], ['B', '2'], ['Webhook-Id', 'y']]

test('values are found in any case and keep their order', () => {
  expect(headerValues(lines, 'WEBHOOK-ID')).toEqual(['x', 'y'])
  expect(headerValues(lines, 'c')).toEqual([])
})

test('removing takes every line of the name and leaves the others in place', () => {
  expect(withoutHeader(lines, 'Webhook-ID')).toEqual([['A', '1'], ['B', '2']])
})

test('replacing keeps the place of the first line and drops the others', () => {
  expect(withHeader(lines, 'WEBHOOK-ID', 'z')).toEqual([['A', '1'], ['WEBHOOK-ID', 'z'], ['B', '2']])
})

test('a name that is absent is appended', () => {
  expect(withHeader(lines, 'C', '3')).toEqual([...lines, ['C', '3']])
})
