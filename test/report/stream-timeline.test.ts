import { describe, expect, test } from 'vitest'
import { fatesOf, streamTimeline } from '../../harness/report/stream-timeline.ts'

const at = (...ids: readonly string[]) => ids.map((id, index) => ({ id, atMs: index * 10 }))

describe('what became of the events of a stream', () => {
  test.each([
    ['all arrived once', ['1', '2', '3'], ['1', '2', '3'], [], []],
    ['one was dropped on resume', ['1', '2', '3', '4'], ['1', '2', '4'], ['3'], []],
    ['one came twice', ['1', '2', '3'], ['1', '2', '2', '3'], [], ['2']],
    ['the last are still on their way', ['1', '2', '3'], ['1'], [], []],
    ['the first were before the reader', ['1', '2', '3'], ['3'], [], []],
    ['nothing arrived', ['1'], [], [], []],
    ['an id of a foreign event', ['1', '2'], ['1', 'x', '2'], [], []],
  ])('%s', (_, published, arrived, lost, repeated) => {
    expect(fatesOf(streamTimeline(at(...published), at(...arrived)))).toEqual({ lost, repeated })
  })

  test('names the one that is missing among ten thousand', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `evt-${index}`)
    const { lost, repeated } = fatesOf(streamTimeline(at(...ids), at(...ids.filter((id) => id !== 'evt-4711'), 'evt-9998')))
    expect([lost, repeated]).toEqual([['evt-4711'], ['evt-9998']])
  })
})
