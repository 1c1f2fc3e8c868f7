import type { StreamedEvent } from './event.ts'

/**
 * An event as text of the stream: it ends with the blank line that makes clients dispatch it.
 *
 * Every kind of line end in the data becomes a line of its own, so that nothing in it can begin another field. The space
 * after the colon is the one that clients remove; a space that the data begins with stays.
 */
export function encode({ id, type, data }: StreamedEvent): string {
  const lines = [`id: ${id}`, ...(type === '' ? [] : [`event: ${type}`]), ...data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)]
  return `${lines.join('\n')}\n\n`
}

/** What a stream begins with: a first byte at once, and after how long to come back when it ends. It dispatches nothing. */
export function opening(retryMs: number): string {
  return `retry: ${retryMs}\n\n`
}

/** A comment, which clients pass over. It keeps intermediaries from ending a silent stream, and finds out who has gone. */
export function heartbeat(): string {
  return ': still here\n\n'
}
