import { printable } from '../harness/report/inert.ts'
import { columnsOf, painter, type Paint, type Tone } from '../harness/report/layout.ts'
import type { Outcome } from '../harness/verdict.ts'

/** What a run tells while it runs. Calls after `close` do nothing. */
export interface Progress {
  /** The number of cases, as soon as it is known. */
  total(n: number): void
  caseStarted(id: string): void
  caseEnded(id: string, outcome: Outcome): void
  close(): void
}

/** At most twenty paints a second. */
const betweenPaintsMs = 50
const barCells = 24
/** The outcomes that a line counts; what does not apply is news only at the end. */
const shown: readonly (readonly [outcome: Outcome, tone: Tone])[] = [
  ['passed', 'good'],
  ['failed', 'bad'],
  ['unproven', 'doubt'],
  ['faulted', 'bad'],
]
const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const clearLine = '\r\x1b[2K'
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * One line of a terminal, painted again as cases start and end: bar, cases ended of all, counts, the case that has run longest.
 *
 * `close` clears the line and shows the cursor again. The end of the process, a signal and a terminal that went away do
 * the same; a signal that nobody else listens to still ends the process.
 */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const paint = painter(stream.hasColors?.() ?? false)
  const running = new Set<string>()
  const counts: Record<Outcome, number> = { passed: 0, failed: 0, unproven: 0, inapplicable: 0, faulted: 0 }
  let all = 0
  let closed = false
  let paintedAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const repaint = () => {
    timer = undefined
    paintedAt = performance.now()
    stream.write(`${clearLine}${line(counts, all, running, (stream.columns || 80) - 1, paint)}`)
  }
  const changed = () => {
    if (closed || timer) return
    const waitMs = betweenPaintsMs - (performance.now() - paintedAt)
    if (waitMs <= 0) return repaint()
    timer = setTimeout(repaint, waitMs)
    timer.unref()
  }
  const release = () => {
    closed = true
    clearTimeout(timer)
    process.removeListener('exit', close)
    for (const signal of signals) process.removeListener(signal, onSignal)
    stream.removeListener('error', release)
  }
  const close = () => {
    if (closed) return
    release()
    if (stream.writable) stream.write(`${clearLine}${showCursor}`)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    close()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }

  process.once('exit', close)
  // First in line: a later listener may have taken itself off by the time it is counted.
  for (const signal of signals) process.prependListener(signal, onSignal)
  stream.on('error', release)
  stream.write(hideCursor)
  return {
    total(n) {
      all = n
      changed()
    },
    caseStarted(id) {
      running.add(id)
      changed()
    },
    caseEnded(id, outcome) {
      running.delete(id)
      counts[outcome] += 1
      changed()
    },
    close,
  }
}

/** For output that is not a terminal: says nothing. */
export function silentProgress(): Progress {
  return { total() {}, caseStarted() {}, caseEnded() {}, close() {} }
}

/** The line as it stands, never wider than the terminal: what does not fit is left out from the right. */
function line(counts: Readonly<Record<Outcome, number>>, all: number, running: ReadonlySet<string>, columns: number, paint: Paint): string {
  const ended = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const full = all > 0 ? Math.min(barCells, Math.floor((ended / all) * barCells)) : 0
  const [oldest] = running
  const parts: readonly (readonly [tone: Tone, text: string])[] = [
    ...(all > 0 && columns >= 60 ? [['good', '█'.repeat(full)] as const, ['faint', '·'.repeat(barCells - full)] as const, ['faint', ' '] as const] : []),
    ['strong', all > 0 ? `${ended}/${all}` : String(ended)],
    ...shown.filter(([outcome]) => counts[outcome] > 0).map(([outcome, tone]) => [tone, `  ${counts[outcome]} ${outcome}`] as const),
    ...(oldest === undefined ? [] : [['faint', `  ${printable(oldest)}`] as const]),
  ]
  let left = columns
  return parts
    .map(([tone, text]) => {
      const fits = [...text].slice(0, Math.max(0, left)).join('')
      const cut = columnsOf(fits) > left ? '' : fits
      left -= columnsOf(cut)
      return paint(tone, cut)
    })
    .join('')
}
