import { evidenceLines } from '../harness/merge/evidence.ts'
import { recordedContext } from '../harness/report/recorded-context.ts'
import type { RenderContext } from '../harness/report/render.ts'
import { repeatCommand } from '../harness/report/repeat-command.ts'
import type { Report } from '../harness/report/report.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { deliveryTimelines } from './delivery-timeline.ts'
import { allCases } from './listed-case.ts'
import { rolesWritten } from './roles.ts'
import type { Terminal } from './terminal.ts'

/** What the renderers know beside the report: exchanges from the transcript, fixes and chapters from the specification. */
export function renderContext(
  transcript: readonly TranscriptLine[],
  repeat: (caseId: string) => string,
  terminal: Terminal,
  quiet: boolean,
): RenderContext {
  return {
    ...recordedContext(transcript),
    controls: controls(transcript),
    timeline: deliveryTimelines(transcript),
    repeatCommand: repeat,
    colour: terminal.colour,
    width: terminal.width,
    quiet,
  }
}

/** The same for a report that was recorded earlier: how its cases are repeated is known as far as the report tells. */
export function recordedRenderContext(report: Report, transcript: readonly TranscriptLine[], terminal: Terminal, quiet: boolean): RenderContext {
  const { target } = report
  const isConsumer = target.role === 'consumer'
  const secrets = target.url === 'reference' || !isConsumer ? [] : [{ text: '', spelled: undefined }]
  const flags = isConsumer ? [] : [['role', target.role] as const]
  const repeat = (caseId: string) => repeatCommand({ target: target.url, profile: target.profile, secrets, flags }, caseId)
  return renderContext(evidenceLines(transcript, report), repeat, terminal, quiet)
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
