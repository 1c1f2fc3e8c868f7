import { describe, expect, test } from 'vitest'
import { deliveryPicture, streamPicture } from '../../harness/report/html/pictures.ts'
import { readersOf, streamTimeline } from '../../harness/report/stream-timeline.ts'
import type { PublicationLine, StreamBlockRecord, StreamLine } from '../../harness/transcript/stream-line.ts'

const marks = (html = '') => (html.match(/class="(on|off|band|tick|again)"/g) ?? []).map((each) => each.slice(7, -1))

describe('the picture of a delivery', () => {
  const due = [{ fromMs: 5_000, toMs: 5_500 }, { fromMs: 30_000, toMs: 32_500 }]
  const at = (...times: readonly number[]) => times.map((atMs) => ({ atMs, answer: '500' }))

  test.each([
    ['in time', at(0, 5_100, 30_200), due, ['band', 'band', 'on', 'on', 'on'], /3 at 30\.2 s: 500\./],
    ['one early', at(0, 3_000, 30_200), due, ['band', 'band', 'on', 'off', 'on'], /2 at 3 s: 500, 2 s early/],
    ['one late', at(0, 8_000), due, ['band', 'band', 'on', 'off'], /2 at 8 s: 500, 2\.5 s late/],
    ['one that was not due', at(0, 1_000), [], ['on', 'off'], /2 at 1 s: 500, not due/],
    ['due when the answer says', at(0, 1_000), undefined, ['on', 'on'], /The answer, not the schedule/],
  ])('marks the attempts: %s', (_, attempts, bands, expected, told) => {
    const { html } = deliveryPicture({ attempts, due: bands }) ?? { html: '' }
    expect(marks(html)).toEqual(expected)
    expect(html).toMatch(told)
  })

  test('of no attempt is none', () => {
    expect(deliveryPicture({ attempts: [], due })).toBeUndefined()
  })
})

describe('the picture of a stream', () => {
  const at = (...ids: readonly string[]) => ids.map((id, index) => ({ id, atMs: index * 10 }))

  test('marks and names what was lost and what came again', () => {
    const { html } = streamPicture('reader', streamTimeline(at('1', '2', '3', '4'), at('1', '2', '2', '4'))) ?? { html: '' }
    expect(marks(html).toSorted()).toEqual(['again', 'off', 'tick', 'tick', 'tick'])
    expect(html).toContain('4 arrivals in 30 ms; ✕ 1 lost: 3; ◆ 1 repeated: 2.')
  })

  test('of ten thousand events is bounded, and names the one that is missing', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `evt-${index}`)
    const { html } = streamPicture('reader', streamTimeline(at(...ids), at(...ids.filter((id) => id !== 'evt-4711')))) ?? { html: '' }
    expect(html).toContain('✕ 1 lost: evt-4711; none repeated')
    expect(html.length).toBeLessThan(40_000)
  })

  test('of one or two events that came as they should is none: there is nothing to see', () => {
    expect(streamPicture('reader', streamTimeline(at('1', '2'), at('1', '2')))).toBeUndefined()
    expect(streamPicture('reader', streamTimeline(at('1'), at('1', '1')))).toBeDefined()
  })

  test('of no event is none', () => {
    expect(streamPicture('reader', { events: [] })).toBeUndefined()
  })
})

describe('the readers of a case', () => {
  const publication: PublicationLine = { kind: 'publication', case: 'c', name: 'some', first: 0, count: 4, type: 't', data: '', dataLength: 0, beforeMs: 1, afterMs: 2, outcome: 'accepted', ids: ['a', 'b', 'c', 'd'] }
  const blocks = (...own: readonly number[]): readonly StreamBlockRecord[] => own.map((number, index) => ({ atMs: 10 + index, offset: 0, own: number }))
  const stream = (name: string, more: Partial<StreamLine>): StreamLine => ({ kind: 'stream', id: 'x1', case: 'c', name, request: { method: 'GET', url: 'http://127.0.0.1/s', headers: [] }, asked: {}, startedMs: 0, bytes: 0, blocks: [], comments: [], commentCount: 0, retries: [], flaws: [], silentMs: 0, endedMs: 99, endedBy: 'harness', complete: false, ...more })
  const fates = (...lines: readonly (StreamLine | PublicationLine)[]) => Object.fromEntries([...readersOf(lines)].map(([name, { events }]) => [name, events.map(({ id, lost, repeated }) => `${id}${lost ? ' lost' : ''}${repeated ? ' repeated' : ''}`)]))

  test('are told apart by name, and one that came back under its name is one', () => {
    expect(fates(publication, stream('a', { endedMs: 15, blocks: blocks(0, 1) }), stream('a', { startedMs: 20, blocks: [{ atMs: 25, offset: 0, own: 3 }] }), stream('b', { blocks: blocks(0, 1, 1, 2, 3) }))).toEqual({
      a: ['c lost', 'a', 'b', 'd'],
      b: ['a', 'b', 'b repeated', 'c', 'd'],
    })
  })

  test('that were open at the same time under one name are several', () => {
    expect(fates(publication, stream('a', { blocks: blocks(0, 1) }), stream('a', { startedMs: 1, blocks: blocks(0, 1) }))).toEqual({ a: ['a', 'b'], 'a 2': ['a', 'b'] })
  })

  test('may get again what they asked for by resuming further back, once, and nothing else', () => {
    expect(fates(publication, stream('a', { endedMs: 19, blocks: blocks(0, 1, 2) }), stream('a', { asked: { after: 'a', afterOwn: 0 }, startedMs: 20, blocks: [0, 1, 2, 2, 3].map((own, at) => ({ atMs: 30 + at, offset: 0, own })) }))).toEqual({
      a: ['a', 'b', 'c', 'a repeated', 'b', 'c', 'c repeated', 'd'],
    })
  })

  test('lose nothing that they did not ask for', () => {
    expect(fates(publication, stream('a', { asked: { types: ['t'] }, blocks: blocks(0, 3) }))).toEqual({ a: ['a', 'd'] })
  })

  test('name an event without an id by its number', () => {
    const { ids: _, ...nameless } = publication
    expect(fates(nameless, stream('a', { blocks: [{ atMs: 5, offset: 0, own: 0, id: 'first' }, ...blocks(1)] }))).toEqual({ a: ['first', '#1'] })
  })

  test('have nothing to do with events of others', () => {
    expect(fates(publication, stream('a', { blocks: [{ atMs: 5, offset: 0, type: 'foreign', data: 'x', id: 'y' }] }))).toEqual({ a: [] })
  })
})
