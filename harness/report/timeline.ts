import { durationWords } from '../profile/duration.ts'
import { inert } from './inert.ts'
import { wrapped, type Paint, type Tone } from './layout.ts'

/** One attempt of a delivery: milliseconds after the first one, and what it was answered. */
export interface DrawnAttempt {
  readonly atMs: number
  readonly answer: string
}

/** When the attempt after a failed one is due, tolerance included; milliseconds after the first attempt. */
export interface DueBand {
  readonly fromMs: number
  readonly toMs: number
}

/** Draws when the attempts of the delivery behind a verdict came; undefined where there is none to draw. */
export type DrawTimeline<Verdict> = (verdict: Verdict, width: number, paint: Paint) => string | undefined

const labelColumns = 10
const toldAttempts = 12

/**
 * The attempts of one delivery on an axis of time, over the bands in which they were due.
 *
 * Band `i` is that of attempt `i + 1`, counted from 0; the first attempt is always due. `●` is an attempt, `✗` one before
 * its band or beyond the last, `░` a band. Without a schedule nothing is known of when they are due, and no band is drawn.
 * The axis is nearly linear up to the first band and logarithmic after it, so that 5 s and 10 min are both seen. No attempt
 * hides another: one that would, stands a column to the right. Lines are at most `width` columns; empty without attempts.
 */
export function timeline(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] | undefined, width: number, paint: Paint): string {
  if (attempts.length === 0) return ''
  const cells = Math.max(20, width - labelColumns)
  const column = axis(attempts, schedule, cells)
  const row = (label: string, drawn: string) => (paint('faint', label.padEnd(labelColumns)) + drawn).trimEnd()
  return [
    row('attempts', attemptRow(attempts, schedule, cells, column, paint)),
    ...(schedule && schedule.length > 0 ? [row('due', bandRow(schedule, cells, column, paint))] : []),
    row('', paint('faint', axisLabels(attempts, schedule, cells, column))),
    ...wrapped(told(attempts, schedule), cells).map((line) => row('', line)),
  ].join('\n')
}

/** The column of a time. */
type Column = (ms: number) => number

function axis(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] = [], cells: number): Column {
  const times = [...attempts.map(({ atMs }) => atMs), ...schedule.map(({ toMs }) => toMs)].filter((ms) => ms > 0)
  const lastMs = Math.max(0, ...times)
  const firstBandMs = schedule[0]?.fromMs ?? 0
  const bendMs = firstBandMs > 0 ? firstBandMs : Math.max(Math.min(...times), lastMs / 10_000)
  return (ms) => (lastMs === 0 ? 0 : Math.round((Math.log1p(Math.max(0, ms) / bendMs) / Math.log1p(lastMs / bendMs)) * (cells - 1)))
}

function attemptRow(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] | undefined, cells: number, column: Column, paint: Paint): string {
  const row = Array.from({ length: cells }, () => '─')
  for (const [index, attempt] of attempts.entries()) {
    const free = row.indexOf('─', column(attempt.atMs))
    const timing = timingOf(attempts, schedule, index)
    if (free >= 0) row[free] = timing === 'early' || timing === 'not due' ? '✗' : '●'
  }
  return painted(row, paint)
}

function bandRow(schedule: readonly DueBand[], cells: number, column: Column, paint: Paint): string {
  const row = Array.from({ length: cells }, () => ' ')
  for (const { fromMs, toMs } of schedule) row.fill('░', column(fromMs), column(toMs) + 1)
  return painted(row, paint)
}

const tones: Readonly<Record<string, Tone>> = { '●': 'strong', '✗': 'bad', '░': 'doubt', '─': 'faint' }

/** A row with one colour for each run of equal cells. */
function painted(row: readonly string[], paint: Paint): string {
  return row.join('').replace(/(.)\1*/gu, (run, cell: string) => paint(tones[cell] ?? 'faint', run).replace(/^ +$/, run))
}

/** The start, the end, and between them the beginnings of bands and the times of attempts, as far as there is room. */
function axisLabels(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] = [], cells: number, column: Column): string {
  const row = Array.from({ length: cells }, () => ' ')
  const place = (ms: number) => {
    const text = words(ms)
    const at = Math.min(column(ms), cells - text.length)
    if (row.slice(Math.max(0, at - 2), at + text.length + 2).every((cell) => cell === ' ')) row.splice(at, text.length, ...text)
  }
  const bands = schedule.map(({ fromMs }) => fromMs)
  const times = attempts.map(({ atMs }) => atMs)
  for (const ms of [0, Math.max(...bands, ...times), ...bands, ...times]) place(ms)
  return row.join('').trimEnd()
}

/** The attempts in words, and the one that did not come. */
function told(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] | undefined): string {
  const parts = attempts.slice(0, toldAttempts).map(({ atMs, answer }, index) => {
    const timing = timingOf(attempts, schedule, index)
    return `${index + 1} at ${words(atMs)}: ${inert(answer, 40)}${timing === 'in time' ? '' : `, ${distance(timing, atMs, schedule?.[index - 1])}`}`
  })
  const missing = schedule?.[attempts.length - 1]
  return [
    ...parts,
    ...(attempts.length > toldAttempts ? [`and ${attempts.length - toldAttempts} more`] : []),
    ...(missing ? [`${attempts.length + 1} did not come, due from ${words(missing.fromMs)}`] : []),
  ].join(' · ')
}

type Timing = 'in time' | 'early' | 'late' | 'not due'

function timingOf(attempts: readonly DrawnAttempt[], schedule: readonly DueBand[] | undefined, index: number): Timing {
  const atMs = attempts[index]?.atMs ?? 0
  if (index === 0 || !schedule) return 'in time'
  const band = schedule[index - 1]
  if (!band) return 'not due'
  return atMs < band.fromMs ? 'early' : atMs > band.toMs ? 'late' : 'in time'
}

function distance(timing: Timing, atMs: number, band: DueBand | undefined): string {
  if (!band) return timing
  return `${words(timing === 'early' ? band.fromMs - atMs : atMs - band.toMs)} ${timing}`
}

/** To three digits: a picture is no finer. */
function words(ms: number): string {
  if (ms <= 0) return '0 s'
  const unit = 10 ** Math.max(-3, Math.floor(Math.log10(ms)) - 2)
  return durationWords(Math.round(Math.round(ms / unit) * unit * 1000) / 1000)
}
