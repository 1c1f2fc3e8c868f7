import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { silentProgress, terminalProgress, type Progress } from '../../cli/progress.ts'

const showCursor = '\x1b[?25h'
const hideCursor = '\x1b[?25l'

/** A stream that passes for a terminal of so many columns, and what was written to it. */
function terminal(columns: number) {
  const written: string[] = []
  const stream = Object.assign(new PassThrough(), { columns, isTTY: true, hasColors: () => true })
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()))
  // The one boundary: the tests need the members of a terminal that progress reads, not a terminal.
  return { stream: stream as unknown as NodeJS.WriteStream, written }
}

describe('progress on a terminal', () => {
  let progress: Progress | undefined
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    progress?.close()
    vi.useRealTimers()
  })

  test('shows ended of all, counts and a running case on one line', () => {
    const { stream, written } = terminal(100)
    progress = terminalProgress(stream)
    progress.total(4)
    progress.caseStarted('flipped-bit')
    progress.caseStarted('spaces')
    progress.caseEnded('flipped-bit', 'failed')
    vi.advanceTimersByTime(50)
    const painted = stripVTControlCharacters(written.at(-1) ?? '').trim()
    expect(painted).toBe(`${'█'.repeat(6)}${'·'.repeat(18)} 1/4  1 failed  spaces`)
  })

  test('paints at most twenty times a second', () => {
    const { stream, written } = terminal(100)
    progress = terminalProgress(stream)
    progress.total(10_000)
    for (let at = 0; at < 10_000; at += 1) {
      progress.caseEnded(`case-${at}`, 'passed')
      if (at % 10 === 0) vi.advanceTimersByTime(1)
    }
    expect(written.length).toBeGreaterThan(15)
    expect(written.length).toBeLessThanOrEqual(23)
  })

  test.each([10, 40, 80])('never writes more than %i columns', (columns) => {
    const { stream, written } = terminal(columns)
    progress = terminalProgress(stream)
    progress.total(1000)
    progress.caseStarted(`\x1b[2J${'long-'.repeat(50)}`)
    for (const outcome of ['passed', 'failed', 'unproven', 'faulted'] as const) progress.caseEnded('x', outcome)
    vi.advanceTimersByTime(50)
    for (const text of written) expect(stripVTControlCharacters(text).replace('\r', '').length).toBeLessThan(columns)
    expect(written.join('')).not.toContain('\x1b[2J')
  })

  test('clears the line and shows the cursor at the end, once, and is silent afterwards', () => {
    const { stream, written } = terminal(100)
    progress = terminalProgress(stream)
    progress.total(4)
    progress.caseStarted('spaces')
    progress.close()
    progress.close()
    progress.caseEnded('spaces', 'passed')
    vi.advanceTimersByTime(1000)
    const text = written.join('')
    expect(text.startsWith(hideCursor)).toBe(true)
    expect(text.endsWith(`\r\x1b[2K${showCursor}`)).toBe(true)
    expect(text.split(showCursor)).toHaveLength(2)
  })

  test('shows the cursor when the process ends or is interrupted, and leaves the signal to its other listener', () => {
    for (const ending of ['exit', 'SIGINT', 'SIGTERM'] as const) {
      const { stream, written } = terminal(100)
      const before = process.listenerCount(ending)
      progress = terminalProgress(stream)
      const ours = ending === 'exit' ? process.listeners('exit')[before] : process.listeners(ending)[0]
      const heard = vi.fn()
      if (ending !== 'exit') process.on(ending, heard)
      // Only our own listener is called, for others belong to the test runner.
      ours?.call(process, ending as never)
      process.removeListener(ending, heard)
      expect(written.at(-1)).toContain(showCursor)
      expect(process.listenerCount(ending)).toBe(before)
    }
  })

  test('lets go of everything when the terminal goes away', () => {
    const before = process.listenerCount('SIGINT')
    const { stream, written } = terminal(100)
    progress = terminalProgress(stream)
    stream.emit('error', new Error('EIO'))
    const count = written.length
    progress.total(3)
    progress.close()
    expect(written).toHaveLength(count)
    expect(process.listenerCount('SIGINT')).toBe(before)
    expect(stream.listenerCount('error')).toBe(0)
  })
})

test('silent progress takes every call and has no effect', () => {
  const write = vi.spyOn(process.stderr, 'write')
  const progress = silentProgress()
  progress.total(1)
  progress.caseStarted('a')
  progress.caseEnded('a', 'passed')
  progress.close()
  expect(write).not.toHaveBeenCalled()
  write.mockRestore()
})
