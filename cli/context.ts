import type { RenderContext } from '../harness/report/render.ts'
import type { AttemptLine, TranscriptLine } from '../harness/transcript/line.ts'
import { isRequirementId, requirement } from '../spec/requirements.ts'
import { deliveryTimelines } from './delivery-timeline.ts'
import { attemptText, exchangeText } from './exchange-text.ts'
import type { Terminal } from './terminal.ts'

/** What the renderers know beside the report: exchanges from the transcript, fixes and chapters from the specification. */
export function renderContext(
  transcript: readonly TranscriptLine[],
  repeat: (caseId: string) => string,
  terminal: Terminal,
  quiet: boolean,
): RenderContext {
  const shown = new Map(transcript.flatMap((line) => (line.kind === 'exchange' || line.kind === 'attempt' ? [[line.id, line] as const] : [])))
  const emitted = new Map(transcript.flatMap((line) => (line.kind === 'emission' ? [[emissionOf(line), line.beforeMs] as const] : [])))
  return {
    exchangeText: (id) => {
      const line = shown.get(id)
      return line && (line.kind === 'attempt' ? attemptText(line, emitted.get(emissionOf(line))) : exchangeText(line))
    },
    timeline: deliveryTimelines(transcript),
    repeatCommand: repeat,
    fix: (id) => (isRequirementId(id) && requirement(id).fix) || undefined,
    chapter: (id) => (isRequirementId(id) ? chapterOf(id) : undefined),
    colour: terminal.colour,
    width: terminal.width,
    quiet,
  }
}

function emissionOf({ case: id, event, number }: Pick<AttemptLine, 'case' | 'event' | 'number'>): string {
  return JSON.stringify([id, event, number])
}

/** Where a requirement is written. */
export function chapterOf(id: Parameters<typeof requirement>[0]): string {
  return `spec/${requirement(id).chapter}.md#${id}`
}
