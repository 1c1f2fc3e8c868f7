import { describe, expect, test } from 'vitest'
import { eventStreamParser } from '../../harness/sse/parser.ts'
import { bodyOf, eventsOf } from '../../harness/sse/vector.ts'
import { cuttings, diagnose, mistake, parse } from './parse.ts'
import { PlainParser } from './plain-parser.ts'
import { streamVectors } from './vectors.ts'

describe('the vectors', () => {
  test('are two hundred and more, each with an id of its own', () => {
    expect(streamVectors.length).toBeGreaterThan(200)
    expect(new Set(streamVectors.map(({ id }) => id)).size).toBe(streamVectors.length)
  })

  test.each(streamVectors)('$id is what the plain parser makes of it', (vector) => {
    const { events, lastEventId, retries } = parse((options) => new PlainParser(options), [bodyOf(vector)])
    expect(events.map(({ type, data, lastEventId }) => ({ type, data, lastEventId }))).toEqual(eventsOf(vector))
    expect({ lastEventId, retries }).toEqual({ lastEventId: vector.lastEventId, retries: vector.retries })
  })

  test.each(streamVectors.filter(({ ends }) => ends !== true))('$id leaves the stream in order for what follows', (vector) => {
    const { events } = parse(eventStreamParser, [bodyOf(vector), Buffer.from('\n\ndata: end\n\n')])
    expect(events.at(-1)?.data).toBe('end')
    expect(events).toHaveLength(vector.events.length + 1)
  })
})

/** Not at the start of the body, and long enough to be read from one text: there a byte order mark would be none. */
test.each(streamVectors.filter((vector) => vector.ends !== true && bodyOf(vector)[0] !== 0xef))('our parser gets $id right in the middle of a long chunk', (vector) => {
  const { events, retries } = parse(eventStreamParser, [Buffer.from(':\n'), Buffer.concat([bodyOf(vector), Buffer.from(`\n\n:${'-'.repeat(100)}\ndata: end\n\n`)])])
  expect(events.slice(0, -1).map(({ type, data, lastEventId }) => ({ type, data, lastEventId }))).toEqual(eventsOf(vector))
  expect({ last: events.at(-1)?.data, retries }).toEqual({ last: 'end', retries: vector.retries })
})

test.each(streamVectors)('our parser gets $id right, however it is cut', (vector) => {
  expect(mistake(eventStreamParser, vector)).toBeUndefined()
})

test.each(streamVectors)('our parser gets $id right while it diagnoses, however it is cut', (vector) => {
  const body = bodyOf(vector)
  const whole = diagnose(eventStreamParser, [body])
  expect(whole.events.map(({ type, data, lastEventId }) => ({ type, data, lastEventId }))).toEqual(eventsOf(vector))
  for (const chunks of cuttings(body, vector.large)) expect(diagnose(eventStreamParser, chunks)).toEqual(whole)
})
