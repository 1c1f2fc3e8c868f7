import type { HeaderLine } from './message.ts'

/**
 * One request that came to the capture, as it was seen at the socket.
 *
 * Times ending in `Ms` are milliseconds on the run's monotonic clock. What the harness saw late, its event loop saw late:
 * every time is at or after the true one.
 */
export interface CapturedAttempt {
  /** The path token that it came to; empty when nobody ever opened that path. */
  readonly endpoint: string
  /** Method and target are empty when not even a request line could be read. */
  readonly method: string
  readonly target: string
  /** Names as written, in order, duplicates kept; values in latin1. */
  readonly headers: readonly HeaderLine[]
  readonly body: Buffer
  /** True when bytes are missing: beyond the limits of the capture, or never sent. */
  readonly bodyTruncated: boolean
  /** The sizes of the chunks, in order; present when the body came in the chunked coding. */
  readonly chunks?: readonly number[]
  /** What is not HTTP/1.1 about the request, as a sentence without a full stop. */
  readonly malformation?: string
  /** The connection was accepted: well before the attempt, on a connection that was used before. */
  readonly openedMs: number
  /** The first byte of this request. */
  readonly arrivedMs: number
  /** The whole request was read. Absent when it broke off, or was answered before. */
  readonly completedMs?: number
  /** Wall-clock time at arrival, in milliseconds since the epoch: what timestamps are compared with. */
  readonly arrivedAt: number
  /** The header section of the answer was handed to the kernel. */
  answeredMs?: number
  /** The connection was closed. Absent while it is open, and for good once it served another request after the answer. */
  closedMs?: number
  closedBy?: 'sender' | 'harness'
  /** Short name of the scripted answer, such as `503`, `200 after 10000 ms` or `silence`; empty when there was none. */
  readonly answer: string
}

/** An attempt that is still being written down. */
export type Recording = { -readonly [Key in keyof CapturedAttempt]: CapturedAttempt[Key] }
