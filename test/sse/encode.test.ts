import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeComment, encodeEvent } from '../../harness/sse/encode.ts'
import { eventStreamParser } from '../../harness/sse/parser.ts'
import { diagnose, parse } from './parse.ts'

const text = fc.string({ unit: fc.oneof(fc.constantFrom('\r', '\n', '\r\n', ':', ' ', '\0', '\ufeff', 'data: x', '\n\n', 'é', '😀'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })) })
const oneLine = text.map((value) => value.replace(/[\r\n]/g, ''))

test('what is encoded arrives as it was, with line ends as LF', () => {
  fc.assert(
    fc.property(fc.record({ id: oneLine.map((id) => id.replaceAll('\0', '')), type: oneLine, data: text, retry: fc.nat() }), (fields) => {
      const { events, retries, lastEventId } = parse(eventStreamParser, [Buffer.from(encodeEvent(fields) + encodeEvent({ data: 'next' }))])
      expect(events[0]).toEqual({ type: fields.type === '' ? 'message' : fields.type, data: fields.data.replace(/\r\n|\r/g, '\n'), lastEventId: fields.id, id: fields.id })
      expect(events[1]).toEqual({ type: 'message', data: 'next', lastEventId: fields.id, id: undefined })
      expect({ events: events.length, retries, lastEventId }).toEqual({ events: 2, retries: [fields.retry], lastEventId: fields.id })
    }),
  )
})

test('a comment dispatches nothing, whatever it says', () => {
  fc.assert(
    fc.property(text, (comment) => {
      const body = Buffer.from(encodeComment(comment) + encodeEvent({ data: 'next' }))
      const { events, comments } = parse(eventStreamParser, [body])
      expect(events.map(({ data }) => data)).toEqual(['next'])
      expect(comments.join('\n')).toBe(comment.replace(/\r\n|\r/g, '\n'))
      expect(diagnose(eventStreamParser, [body]).flaws).toEqual([])
    }),
  )
})

test.each([
  [{ data: '' }, 'data: \n\n'],
  [{ data: ' a' }, 'data:  a\n\n'],
  [{ id: '', data: 'a\nb' }, 'id: \ndata: a\ndata: b\n\n'],
  [{ id: '0' }, 'id: 0\n\n'],
  [{ retry: 0 }, 'retry: 0\n\n'],
  [{ type: '', data: 'a' }, 'data: a\n\n'],
  [{ id: '1', type: 'x', data: 'a', retry: 60 }, 'id: 1\nevent: x\nretry: 60\ndata: a\n\n'],
])('%j', (fields, encoded) => {
  expect(encodeEvent(fields)).toBe(encoded)
})

describe('what has no spelling is refused', () => {
  test.each([
    ['a line feed in the id', { id: '1\ndata: x', data: 'a' }],
    ['a carriage return in the id', { id: '1\rdata: x', data: 'a' }],
    ['a NUL in the id', { id: '1\0', data: 'a' }],
    ['a line feed in the type', { type: 'x\n\ndata: x', data: 'a' }],
    ['a carriage return in the type', { type: 'x\r', data: 'a' }],
    ['a type without data', { type: 'x' }],
    ['a fraction', { retry: 1.5 }],
    ['a negative time', { retry: -1 }],
    ['a time that is no number', { retry: Number.NaN }],
    ['nothing', {}],
  ])('%s', (_, fields) => {
    expect(() => encodeEvent(fields)).toThrow(TypeError)
  })
})
