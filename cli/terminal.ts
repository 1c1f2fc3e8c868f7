import { setMaxListeners } from 'node:events'

/** Where a command writes, and what tells it to stop. */
export interface Terminal {
  /** Standard output. Resolves once the text is out, or nobody reads it any more. */
  out(text: string): Promise<void>
  /** Standard error. */
  err(text: string): Promise<void>
  /** Standard output is a terminal that shows colours. */
  readonly colour: boolean
  /** Columns of standard output; 100 when it is no terminal. */
  readonly width: number
  /** Standard error, when it is a terminal on which a line can be painted again. */
  readonly live: NodeJS.WriteStream | undefined
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

/** The terminal of this process. A second interruption ends the process at once. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  const interrupted = new AbortController()
  // Every exchange in flight listens, and there are as many as the user wants.
  setMaxListeners(0, interrupted.signal)
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort(new Error('interrupted'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // A reader that went away, such as `head`, is no fault: writes end with an error that nobody needs.
  stdout.on('error', () => {})
  stderr.on('error', () => {})
  return {
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    colour: stdout.isTTY === true && stdout.hasColors(),
    width: (stdout.isTTY && stdout.columns) || 100,
    live: stderr.isTTY && process.env['TERM'] !== 'dumb' ? stderr : undefined,
    signal: interrupted.signal,
  }
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === '' || !stream.writable) resolve()
    else stream.write(text, () => resolve())
  })
}
