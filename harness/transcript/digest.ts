import { createHash } from 'node:crypto'
import type { TranscriptLine } from './line.ts'
import { writeTranscript } from './record.ts'

/** `sha256:` and the digest of `transcript.ndjson`, as it is written. */
export function digestOfTranscript(lines: readonly TranscriptLine[]): string {
  return `sha256:${createHash('sha256').update(writeTranscript(lines)).digest('hex')}`
}
