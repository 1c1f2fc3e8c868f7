import type { RenderContext } from '../harness/report/render.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { isRequirementId, requirement } from '../spec/requirements.ts'
import { exchangeText } from './exchange-text.ts'
import type { Terminal } from './terminal.ts'

/** What the renderers know beside the report: exchanges from the transcript, fixes and chapters from the specification. */
export function renderContext(
  transcript: readonly TranscriptLine[],
  repeat: (caseId: string) => string,
  terminal: Terminal,
  quiet: boolean,
): RenderContext {
  const exchanges = new Map(transcript.flatMap((line) => (line.kind === 'exchange' ? [[line.id, line] as const] : [])))
  return {
    exchangeText: (id) => {
      const line = exchanges.get(id)
      return line && exchangeText(line)
    },
    repeatCommand: repeat,
    fix: (id) => (isRequirementId(id) && requirement(id).fix) || undefined,
    chapter: (id) => (isRequirementId(id) ? chapterOf(id) : undefined),
    colour: terminal.colour,
    width: terminal.width,
    quiet,
  }
}

/** Where a requirement is written. */
export function chapterOf(id: Parameters<typeof requirement>[0]): string {
  return `spec/${requirement(id).chapter}.md#${id}`
}
