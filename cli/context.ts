import type { RenderContext } from '../harness/report/render.ts'
import type { AttemptLine, TranscriptLine } from '../harness/transcript/line.ts'
import { isRequirementId, requirement } from '../spec/requirements.ts'
import { deliveryTimelines } from './delivery-timeline.ts'
import { attemptText, exchangeText } from './exchange-text.ts'
import { allCases } from './listed-case.ts'
import { rolesWritten } from './roles.ts'
import { connectionText, servedText } from './stream-text.ts'
import type { Terminal } from './terminal.ts'

/** What the renderers know beside the report: exchanges from the transcript, fixes and chapters from the specification. */
export function renderContext(
  transcript: readonly TranscriptLine[],
  repeat: (caseId: string) => string,
  terminal: Terminal,
  quiet: boolean,
): RenderContext {
  const shown = new Map(transcript.flatMap((line) => (line.kind === 'exchange' || line.kind === 'attempt' || line.kind === 'served' || line.kind === 'connection' ? [[line.id, line] as const] : [])))
  const emitted = new Map(transcript.flatMap((line) => (line.kind === 'emission' ? [[emissionOf(line), line.beforeMs] as const] : [])))
  return {
    exchangeText: (id) => {
      const line = shown.get(id)
      if (line?.kind === 'served') return servedText(line)
      if (line?.kind === 'connection') return connectionText(line)
      return line && (line.kind === 'attempt' ? attemptText(line, emitted.get(emissionOf(line))) : exchangeText(line))
    },
    transcript,
    controls: controls(transcript),
    timeline: deliveryTimelines(transcript),
    repeatCommand: repeat,
    fix: (id) => (isRequirementId(id) && requirement(id).fix) || undefined,
    chapter: (id) => (isRequirementId(id) ? chapterOf(id) : undefined),
    colour: terminal.colour,
    width: terminal.width,
    quiet,
  }
}

/** The controls of each case of the run's role and profile; looked up only when a format asks. */
function controls(transcript: readonly TranscriptLine[]): (caseId: string) => readonly string[] {
  let known: ReadonlyMap<string, readonly string[]> | undefined
  return (caseId) => {
    known ??= new Map(
      transcript.flatMap((line) => (line.kind === 'run' ? allCases(line.profile, rolesWritten.filter((role) => role === line.target.role)) : [])).map((each) => [each.id, each.controls]),
    )
    return known.get(caseId) ?? []
  }
}

function emissionOf({ case: id, event, number }: Pick<AttemptLine, 'case' | 'event' | 'number'>): string {
  return JSON.stringify([id, event, number])
}

/** Where a requirement is written. */
export function chapterOf(id: Parameters<typeof requirement>[0]): string {
  return `spec/${requirement(id).chapter}.md#${id}`
}
