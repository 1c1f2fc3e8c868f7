import { describe, expect, test } from 'vitest'
import type { DrawnAttempt, DueBand } from '../../harness/report/delivery.ts'
import { painter } from '../../harness/report/layout.ts'
import { renderPretty } from '../../harness/report/pretty.ts'
import { timeline } from '../../harness/report/timeline.ts'
import { context, reportOf, verdict } from './fixture.ts'

const plain = painter(false)
const at = (...times: readonly number[]): readonly DrawnAttempt[] => times.map((atMs) => ({ atMs, answer: '500' }))
const due = (...bands: readonly (readonly [fromMs: number, toMs: number])[]): readonly DueBand[] => bands.map(([fromMs, toMs]) => ({ fromMs, toMs }))
/** 5 s, 25 s, 2 min, 10 min, each with a tolerance of a tenth. */
const schedule = due([5_000, 5_500], [30_000, 32_500], [150_000, 162_000], [750_000, 810_000])

function rowsOf(attempts: readonly DrawnAttempt[], bands: readonly DueBand[] | undefined, width = 70) {
  const lines = timeline(attempts, bands, width, plain).split('\n')
  const row = (label: string) => lines.find((line) => line.startsWith(label))?.slice(10) ?? ''
  const axis = lines[bands && bands.length > 0 ? 2 : 1]?.slice(10) ?? ''
  return { lines, attempts: row('attempts'), due: row('due'), axis, told: lines.slice(bands && bands.length > 0 ? 3 : 2).map((line) => line.trim()).join(' ') }
}

describe('a timeline', () => {
  test('spreads five seconds and ten minutes over one axis, each attempt over its band', () => {
    const drawn = rowsOf(at(0, 5_100, 30_200, 150_300, 750_400), schedule)
    const columns = [...drawn.attempts].flatMap((cell, column) => (cell === '●' ? [column] : []))
    expect(columns).toHaveLength(5)
    expect(columns[0]).toBe(0)
    for (const column of columns.slice(1)) expect(drawn.due[column]).toBe('░')
    const apart = columns.slice(1).map((column, index) => column - (columns[index] ?? 0))
    expect(Math.min(...apart)).toBeGreaterThan(6)
    expect(drawn.axis.split(/ {2,}/)).toEqual(['0 s', '5 s', '30 s', '2.5 min', '12.5 min'])
    expect(drawn.told).toBe('1 at 0 s: 500 · 2 at 5.1 s: 500 · 3 at 30.2 s: 500 · 4 at 2.5 min: 500 · 5 at 12.5 min: 500')
  })

  const marks: readonly (readonly [title: string, attempts: readonly DrawnAttempt[], bands: readonly DueBand[] | undefined, marks: string, told: RegExp])[] = [
    ['one before its band', at(0, 3_000), due([5_000, 5_500]), '●✗', /2 at 3 s: 500, 2 s early$/],
    ['one after its band', at(0, 8_000), due([5_000, 5_500]), '●●', /2 at 8 s: 500, 2\.5 s late$/],
    ['one on the first instant of its band', at(0, 5_000), due([5_000, 5_500]), '●●', /2 at 5 s: 500$/],
    ['one beyond the last band', at(0, 5_000, 9_000), due([5_000, 5_500]), '●●✗', /3 at 9 s: 500, not due$/],
    ['one that did not come', at(0), due([5_000, 5_500]), '●', /1 at 0 s: 500 · 2 did not come, due from 5 s$/],
    ['any, where nothing is known of when they are due', at(0, 1, 90_000), undefined, '●●●', /3 at 1\.5 min: 500$/],
    ['any after a delivery that is over', at(0, 1_000), [], '●✗', /2 at 1 s: 500, not due$/],
    ['many at one instant, none hidden by another', at(0, 0, 0, 0), due([5_000, 5_500], [30_000, 32_500], [150_000, 162_000]), '●✗✗✗', /4 at 0 s: 500, 2\.5 min early$/],
  ]
  test.each(marks)('marks %s', (_title, attempts, bands, expected, told) => {
    const drawn = rowsOf(attempts, bands)
    expect(drawn.attempts.replaceAll('─', '')).toBe(expected)
    expect(drawn.told).toMatch(told)
  })

  test.each([[20], [40], [60], [120]])('is never wider than %i columns, nor than thirty', (width) => {
    const many = Array.from({ length: 200 }, (_, index) => ({ atMs: index * 977, answer: 'drip-body 200' }))
    for (const line of timeline(many, schedule, width, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(30, width))
  })

  test('of no attempt is nothing, and answers of a recorded run cannot act on a terminal', () => {
    expect(timeline([], schedule, 80, plain)).toBe('')
    expect(timeline([{ atMs: 0, answer: '\x1b[31m\r\n::error::x' }], undefined, 80, plain)).not.toMatch(/(?!\n)\p{C}|::error/u)
  })

  test('has colours only where they are asked for', () => {
    expect(timeline(at(0, 3_000), schedule, 80, painter(true))).toContain(`\x1b[31m✗\x1b[39m`)
    expect(timeline(at(0, 3_000), schedule, 80, plain)).not.toContain('\x1b')
  })
})

test('the report for people draws the failed retry rules, and no other', () => {
  const report = reportOf([verdict('webhook-retry-not-early', 'failed', { case: 'always-fails' }), verdict('webhook-delivery-post', 'failed', { case: 'delivered' })])
  const asked: string[] = []
  const text = renderPretty(report, { ...context, timeline: ({ case: id }, width, paint) => (asked.push(id), timeline(at(0, 3_000), schedule, width, paint)) })
  expect(asked).toEqual(['always-fails'])
  expect(text.match(/^ {4}attempts +●─+✗─+$/gm)).toHaveLength(1)
  expect(text.match(/^ {4}due +░.*░$/gm)).toHaveLength(1)
  expect(renderPretty(report, { ...context, timeline: () => undefined })).toBe(renderPretty(report, context))
})
