import { deliveryAxis, timeWords, timingOf, toldDelivery, type Delivery, type DrawnAttempt, type DueBand } from './delivery.ts'
import { wrapped, type Paint, type Tone } from './layout.ts'

/** Draws when the attempts of the delivery behind a verdict came; undefined where there is none to draw. */
export type DrawTimeline<Verdict> = (verdict: Verdict, width: number, paint: Paint) => string | undefined

const labelColumns = 10

/**
 * The attempts of one delivery on an axis of time, over the bands in which they were due.
 *
 * Band `i` is that of attempt `i + 1`, counted from 0; the first attempt is always due. `●` is an attempt, `✗` one before
 * its band or beyond the last, `░` a band. Without a schedule nothing is known of when they are due, and no band is drawn.
 * The axis is nearly linear up to the first band and logarithmic after it, so that 5 s and 10 min are both seen. No attempt
 * hides another: one that would, stands a column to the right. Lines are at most `width` columns; empty without attempts.
 */
export function timeline(attempts: readonly DrawnAttempt[], due: readonly DueBand[] | undefined, width: number, paint: Paint): string {
  if (attempts.length === 0) return ''
  const delivery = { attempts, due }
  const cells = Math.max(20, width - labelColumns)
  const at = deliveryAxis(delivery)
  const column: Column = (ms) => Math.round(at(ms) * (cells - 1))
  const row = (label: string, drawn: string) => (paint('faint', label.padEnd(labelColumns)) + drawn).trimEnd()
  return [
    row('attempts', attemptRow(delivery, cells, column, paint)),
    ...(due && due.length > 0 ? [row('due', bandRow(due, cells, column, paint))] : []),
    row('', paint('faint', axisLabels(delivery, cells, column))),
    ...wrapped(toldDelivery(delivery), cells).map((line) => row('', line)),
  ].join('\n')
}

/** The column of a time. */
type Column = (ms: number) => number

function attemptRow(delivery: Delivery, cells: number, column: Column, paint: Paint): string {
  const row = Array.from({ length: cells }, () => '─')
  for (const [index, attempt] of delivery.attempts.entries()) {
    const free = row.indexOf('─', column(attempt.atMs))
    const timing = timingOf(delivery, index)
    if (free >= 0) row[free] = timing === 'early' || timing === 'not due' ? '✗' : '●'
  }
  return painted(row, paint)
}

function bandRow(due: readonly DueBand[], cells: number, column: Column, paint: Paint): string {
  const row = Array.from({ length: cells }, () => ' ')
  for (const { fromMs, toMs } of due) row.fill('░', column(fromMs), column(toMs) + 1)
  return painted(row, paint)
}

const tones: Readonly<Record<string, Tone>> = { '●': 'strong', '✗': 'bad', '░': 'doubt', '─': 'faint' }

/** A row with one colour for each run of equal cells. */
function painted(row: readonly string[], paint: Paint): string {
  return row.join('').replace(/(.)\1*/gu, (run, cell: string) => paint(tones[cell] ?? 'faint', run).replace(/^ +$/, run))
}

/** The start, the end, and between them the beginnings of bands and the times of attempts, as far as there is room. */
function axisLabels({ attempts, due = [] }: Delivery, cells: number, column: Column): string {
  const row = Array.from({ length: cells }, () => ' ')
  const place = (ms: number) => {
    const text = timeWords(ms)
    const at = Math.min(column(ms), cells - text.length)
    if (row.slice(Math.max(0, at - 2), at + text.length + 2).every((cell) => cell === ' ')) row.splice(at, text.length, ...text)
  }
  const bands = due.map(({ fromMs }) => fromMs)
  const times = attempts.map(({ atMs }) => atMs)
  for (const ms of [0, Math.max(...bands, ...times), ...bands, ...times]) place(ms)
  return row.join('').trimEnd()
}
