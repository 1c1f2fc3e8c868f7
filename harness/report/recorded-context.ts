import { isRequirementId, requirement, type RequirementId } from '../../spec/requirements.ts'
import type { AttemptLine, TranscriptLine } from '../transcript/line.ts'
import { attemptText, exchangeText } from './exchange-text.ts'
import type { RenderContext } from './render.ts'
import { connectionText, servedText } from './stream-text.ts'

/** What a reader of a report is told from the transcript and the specification, wherever it is shown. */
export type RecordedContext = Pick<RenderContext, 'exchangeText' | 'fix' | 'chapter' | 'transcript'>

/** Exchanges from the transcript, fixes and chapters from the specification. */
export function recordedContext(transcript: readonly TranscriptLine[]): RecordedContext {
  const shown = new Map(transcript.flatMap((line) => (line.kind === 'exchange' || line.kind === 'attempt' || line.kind === 'served' || line.kind === 'connection' ? [[line.id, line] as const] : [])))
  const emitted = new Map(transcript.flatMap((line) => (line.kind === 'emission' ? [[emissionOf(line), line.beforeMs] as const] : [])))
  return {
    exchangeText: (id) => {
      const line = shown.get(id)
      if (line?.kind === 'served') return servedText(line)
      if (line?.kind === 'connection') return connectionText(line)
      return line && (line.kind === 'attempt' ? attemptText(line, emitted.get(emissionOf(line))) : exchangeText(line))
    },
    fix: (id) => (isRequirementId(id) && requirement(id).fix) || undefined,
    chapter: (id) => (isRequirementId(id) ? chapterOf(id) : undefined),
    transcript,
  }
}

/** Where a requirement is written. */
export function chapterOf(id: RequirementId): string {
  return `spec/${requirement(id).chapter}.md#${id}`
}

function emissionOf({ case: id, event, number }: Pick<AttemptLine, 'case' | 'event' | 'number'>): string {
  return JSON.stringify([id, event, number])
}
