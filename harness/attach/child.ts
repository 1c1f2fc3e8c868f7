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
  const killAtExit = (): void => signalGroup(child, 'SIGKILL')
  process.once('exit', killAtExit)
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      process.off('exit', killAtExit)
      // The shell may be gone while what it started is not.
      signalGroup(child, 'SIGKILL')
      resolve()
      const drained = setTimeout(() => events.onEnd(how), drainMs)
      child.once('close', () => {
        clearTimeout(drained)
        events.onEnd(how)
      })
    }
    child.once('error', (error) => end(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => end(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`))
  })
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
    close: () => closeChild(child, gone),
  }
}

async function closeChild(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.stdin?.end()
  const terminate = setTimeout(() => signalGroup(child, 'SIGTERM'), terminateAfterMs)
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), killAfterMs)
  await gone
  clearTimeout(terminate)
  clearTimeout(kill)
  for (const stream of child.stdio) stream?.destroy()
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (windows) child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // Nobody is left in the group.
  }
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
