import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { lineReader } from './lines.ts'

/** A child process that talks in lines and ends when its stdin closes. */
export interface Child {
  write(text: string): void
  /** Ends stdin, then asks to terminate after 1 s, then kills after 2 s; resolves once the process is gone. */
  close(): Promise<void>
}

export interface ChildEvents {
  readonly onLine: (line: string) => void
  readonly onLog: (line: string) => void
  /** The child is gone or must not be listened to any longer; `how` completes "the child …". */
  readonly onEnd: (how: string) => void
}

const maxLineBytes = 8 * 1024 * 1024
const maxLogLines = 10_000
const maxLogLineLength = 4_096
const terminateAfterMs = 1_000
const killAfterMs = 2_000
/** How long what a child printed last may take to be read after it has ended, while others hold its pipes open. */
const drainMs = 250
const windows = process.platform === 'win32'

/** Starts a command of the user's shell in a process group of its own, so that nothing it starts outlives the run. */
export function startChild(command: string, events: ChildEvents): Child {
  const child = spawn(command, { shell: true, detached: !windows, windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] })
  const signal = groupSignal(child)
  const killAtExit = (): void => signal('SIGKILL')
  process.once('exit', killAtExit)
  // Told when the process is gone and its pipes are closed: what the shell started may outlive the shell.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const end = (how: string): void => {
    const drained = setTimeout(() => events.onEnd(how), drainMs)
    void closed.then(() => {
      clearTimeout(drained)
      events.onEnd(how)
    })
  }
  child.once('error', (error) => end(`could not be started: ${error.message}`))
  child.once('exit', (code, by) => end(code === null ? `was ended by ${by}` : `ended with exit code ${code}`))
  const tooLong = (): void => {
    child.stdout.destroy()
    events.onEnd(`printed a line of more than ${maxLineBytes} bytes`)
  }
  child.stdout.on('data', lineReader(maxLineBytes, events.onLine, tooLong))
  child.stderr.on('data', boundedLog(events.onLog))
  // A child that has closed its stdin is told by its end or its silence.
  child.stdin.on('error', () => {})
  return {
    write: (text) => void (child.stdin.writable && child.stdin.write(text)),
    async close() {
      await closeChild(child, closed, signal)
      process.off('exit', killAtExit)
    },
  }
}

async function closeChild(child: ChildProcess, closed: Promise<void>, signal: (name: NodeJS.Signals) => void): Promise<void> {
  child.stdin?.end()
  const timers = [setTimeout(() => signal('SIGTERM'), terminateAfterMs), setTimeout(() => signal('SIGKILL'), killAfterMs)]
  // Bounded, since a process that left the group may hold the pipes open for ever.
  const bound = new Promise<void>((resolve) => timers.push(setTimeout(resolve, killAfterMs + drainMs)))
  await Promise.race([closed, bound])
  for (const timer of timers) clearTimeout(timer)
  signal('SIGKILL')
  for (const stream of child.stdio) stream?.destroy()
}

/** Sends signals to the child and all it started, until nobody is left: its number may be another's from then on. */
function groupSignal(child: ChildProcess): (name: NodeJS.Signals | 0) => void {
  let gone = child.pid === undefined
  const signal = (name: NodeJS.Signals | 0): void => {
    if (gone || child.pid === undefined) return
    try {
      if (windows) gone = !child.kill(name)
      else process.kill(-child.pid, name)
    } catch {
      gone = true
    }
  }
  child.once('exit', () => signal(0))
  return signal
}

/** Passes on the first lines, cut where they are long; a line that never ends is dropped. */
function boundedLog(onLog: (line: string) => void): (bytes: Buffer) => void {
  let lines = 0
  const tell = (line: string): void => {
    lines += 1
    if (lines <= maxLogLines) onLog(line.slice(0, maxLogLineLength))
    else if (lines === maxLogLines + 1) onLog('(the rest of the log is left out)')
  }
  return lineReader(maxLineBytes, tell, () => onLog('(the rest of the log is left out: a line has no end)'))
}
