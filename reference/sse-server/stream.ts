import type { ServerResponse } from 'node:http'
import type { StreamedEvent } from './event.ts'
import type { Log } from './log.ts'
import type { ServerParts, Setting } from './parts.ts'
import type { Selection, StreamRequest } from './request.ts'

/** One client that reads. */
export interface Stream {
  readonly request: StreamRequest
  readonly selection: Selection
  readonly response: ServerResponse
  /** End of the log when the stream was opened: what lies before it is replayed, what comes after it is live. */
  readonly liveFrom: number
  /** Of the first event that was not yet written to this client. */
  position: number
  /** Whether the client keeps up, so that more may be written. */
  hasRoom(): boolean
  /** Writes an event, if it is one of this stream's. */
  send(event: StreamedEvent): void
  write(text: string): void
  /** Ends the body after what was written. */
  end(): void
}

/** As many bytes may wait for one client; what comes after them stays in the log until it has read. */
const maxWaitingBytes = 1024 * 1024

/** A client that takes nothing for so long, and for four heartbeats, is gone. */
const stalledMs = 60_000

/** Begins a stream at a position of the log. It is freed when either side closes it. */
export function openStream(request: StreamRequest, selection: Selection, response: ServerResponse, from: number, log: Log, parts: ServerParts, setting: Setting): Stream {
  const stream: Stream = {
    request,
    selection,
    response,
    liveFrom: log.end,
    position: from,
    hasRoom: () => response.writableLength < maxWaitingBytes,
    send(event) {
      if (parts.selects(selection, event, stream)) stream.write(parts.encode(event, stream))
    },
    write(text) {
      if (response.writableEnded) return
      beat.refresh()
      parts.write(response, text, stream)
    },
    end: () => parts.end(stream),
  }
  const beat = setInterval(() => {
    if (stream.hasRoom()) stream.write(parts.heartbeat(stream))
  }, setting.heartbeatMs)
  response.on('drain', () => deliver(stream, log, parts))
  response.setTimeout(Math.max(stalledMs, 4 * setting.heartbeatMs), () => response.destroy())
  response.once('close', () => clearInterval(beat))
  stream.write(parts.opening(setting))
  return stream
}

/** Hands over what is due. A client that fell behind what is still kept would miss events: its stream ends, and it finds out when it resumes. */
export function deliver(stream: Stream, log: Log, parts: ServerParts): void {
  if (stream.response.writableEnded || stream.response.destroyed) return
  parts.deliver(stream, log)
  if (stream.position < log.first) stream.end()
}

/**
 * Writes the events from the position of a stream on, in their order.
 *
 * Replayed and live events come out of one log by one counter. So there is no moment between the two in which an event could
 * be lost or come twice, and a slow client needs no queue of its own.
 */
export function deliverFromLog(stream: Stream, log: Log): void {
  for (const event of log.from(stream.position)) {
    if (!stream.hasRoom()) return
    stream.position = event.position + 1
    stream.send(event)
  }
}

