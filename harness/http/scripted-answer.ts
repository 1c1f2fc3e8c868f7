import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import { headerValues } from './headers.ts'
import type { HeaderLine } from './message.ts'

/** What one attempt meets. Durations are declared milliseconds on the clock of the run. */
export type ScriptedAnswer =
  /**
   * Framed by Content-Length and, where the sender asked for it, ended by a close.
   *
   * With a framing header of its own it is written as it stands and the connection is closed after it, so a
   * Content-Length above that of the body is an answer that breaks off.
   */
  | {
      readonly do: 'answer'
      readonly status: number
      readonly headers?: readonly HeaderLine[]
      readonly body?: string
      /** The pause before the answer. */
      readonly afterMs?: number
    }
  /** Bytes of a header section that is never complete. */
  | { readonly do: 'drip-header'; readonly everyMs: number }
  /** Headers, then a body that never ends, a byte at a time. */
  | { readonly do: 'drip-body'; readonly status: number; readonly everyMs: number }
  /** Headers, then a body as fast as the peer reads it; a reset after 64 MiB. */
  | { readonly do: 'endless-body'; readonly status: number }
  /** Reads and never answers; the socket is held until the sender or the capture closes. */
  | { readonly do: 'silence' }
  /** RST. Before the body: as soon as the header section was read, whatever of the body has come. */
  | { readonly do: 'reset'; readonly when: 'before-body' | 'after-body' }
  /** FIN without an answer. */
  | { readonly do: 'close'; readonly when: 'after-body' }

/** What an answer needs of the connection that it goes out on. */
export interface AnswerSide {
  readonly socket: Socket
  readonly clock: Clock
  /** Aborts once the connection is closed, by whomever. */
  readonly closed: AbortSignal
  readonly method: string
  /** False when the sender wants the connection closed after the answer. */
  readonly persistent: boolean
  /** Called when the header section has been handed to the kernel. */
  readonly headed: () => void
}

/** What is to become of the connection once its answer is out. */
export type Aftermath = 'keep' | 'end' | 'reset'

const endlessBytes = 64 * 1024 * 1024
const endlessChunk = asChunk(Buffer.alloc(64 * 1024, '.'))
/** Then nothing more comes: enough for every timeout, and no work without end on a virtual clock. */
const maxDrips = 4096
/** Real milliseconds in which an in-process sender may react to what was written before its time goes on without that. */
const reactionMs = 25

/** The short name of an answer, for reports. */
export function answerName(answer: ScriptedAnswer): string {
  switch (answer.do) {
    case 'answer':
      return answer.afterMs === undefined ? String(answer.status) : `${answer.status} after ${answer.afterMs} ms`
    case 'drip-body':
    case 'endless-body':
      return `${answer.do} ${answer.status}`
    case 'reset':
    case 'close':
      return `${answer.do} ${answer.when}`
    default:
      return answer.do
  }
}

/**
 * Gives one answer and resolves once no more of it is to come, or the connection is closed.
 *
 * Whenever it waits for time, or for a sender that does not read, it sleeps on the clock: run as an exchange of a virtual
 * clock, it is parked there and lets the sender's own timeout come up.
 */
export async function giveAnswer(answer: ScriptedAnswer, side: AnswerSide): Promise<Aftermath> {
  switch (answer.do) {
    case 'answer':
      if (answer.afterMs !== undefined && !(await pause(answer.afterMs, side))) return 'end'
      return giveFramed(answer, side)
    case 'drip-header':
      return dripHeader(answer.everyMs, side)
    case 'drip-body':
      return dripBody(answer, side)
    case 'endless-body':
      return giveEndless(answer.status, side)
    case 'silence':
      return holdForever(side)
    case 'reset':
      return 'reset'
    case 'close':
      return 'end'
  }
}

async function giveFramed(answer: ScriptedAnswer & { readonly do: 'answer' }, side: AnswerSide): Promise<Aftermath> {
  const headers = [...(answer.headers ?? [])]
  const body = Buffer.from(answer.body ?? '')
  const bodiless = answer.status < 200 || answer.status === 204 || answer.status === 304
  const ownFraming = headerValues(headers, 'content-length').length + headerValues(headers, 'transfer-encoding').length > 0
  if (!ownFraming && !bodiless) headers.push(['Content-Length', String(body.length)])
  const ownClose = headerValues(headers, 'connection').some((value) => value.toLowerCase().includes('close'))
  if (!side.persistent && !ownClose) headers.push(['Connection', 'close'])
  const withoutBody = bodiless || side.method === 'HEAD'
  await write(Buffer.concat([headSection(answer.status, headers), withoutBody ? Buffer.alloc(0) : body]), side, side.headed)
  return ownFraming || ownClose || !side.persistent ? 'end' : 'keep'
}

async function dripHeader(everyMs: number, side: AnswerSide): Promise<Aftermath> {
  const start = Buffer.from('HTTP/1.1 200 OK\r\nX-Drip: ', 'latin1')
  for (let drip = 0; drip < maxDrips; drip += 1) {
    const byte = drip < start.length ? start.subarray(drip, drip + 1) : Buffer.from('.')
    if (!(await write(byte, side)) || !(await pause(everyMs, side))) return 'end'
  }
  return holdForever(side)
}

async function dripBody(answer: ScriptedAnswer & { readonly do: 'drip-body' }, side: AnswerSide): Promise<Aftermath> {
  if (!(await write(headSection(answer.status, [['Transfer-Encoding', 'chunked']]), side, side.headed))) return 'end'
  if (side.clock.kind === 'virtual') await reaction(side.closed)
  const chunk = asChunk(Buffer.from('.'))
  for (let drip = 0; drip < maxDrips; drip += 1) {
    if (!(await write(chunk, side)) || !(await pause(answer.everyMs, side))) return 'end'
  }
  return holdForever(side)
}

async function giveEndless(status: number, side: AnswerSide): Promise<Aftermath> {
  if (!(await write(headSection(status, [['Transfer-Encoding', 'chunked']]), side, side.headed))) return 'end'
  for (let written = 0; written < endlessBytes; written += endlessChunk.length) {
    if (!(await write(endlessChunk, side))) return 'end'
  }
  return 'reset'
}

async function holdForever(side: AnswerSide): Promise<Aftermath> {
  await pause(Infinity, side)
  return 'end'
}

/** True when the pause ended before the connection did. */
async function pause(ms: number, { clock, closed }: AnswerSide): Promise<boolean> {
  if (closed.aborted) return false
  // A sleep on a clock fails for nothing but its signal.
  await clock.sleep(ms, closed).catch(() => {})
  return !closed.aborted
}

/** Writes and waits until the peer has room for more; true while the connection is open. */
async function write(bytes: Buffer, { socket, clock, closed }: AnswerSide, written = (): void => {}): Promise<boolean> {
  if (closed.aborted) return false
  const room = socket.write(bytes)
  written()
  if (room) return true
  const over = new AbortController()
  const end = (): void => over.abort('over')
  socket.once('drain', end)
  closed.addEventListener('abort', end, { once: true })
  try {
    if (clock.kind === 'virtual') await reaction(over.signal)
    if (!over.signal.aborted) await clock.sleep(Infinity, over.signal).catch(() => {})
  } finally {
    socket.off('drain', end)
    closed.removeEventListener('abort', end)
  }
  return !closed.aborted
}

/** Lets real time pass without parking, so that a virtual sender does what it does about the bytes at the time they came. */
function reaction(over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      over.removeEventListener('abort', done)
      resolve()
    }
    // A turn more than the timer: what had arrived by then has been read, however late the event loop is.
    const timer = setTimeout(() => setImmediate(done), reactionMs)
    over.addEventListener('abort', done, { once: true })
    if (over.aborted) done()
  })
}

function headSection(status: number, headers: readonly HeaderLine[]): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** RFC 9112, section 7.1. */
function asChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, Buffer.from('\r\n', 'latin1')])
}
