import type { PartFacts } from '../report/report.ts'
import { digestOfTranscript } from '../transcript/digest.ts'
import type { TranscriptLine } from '../transcript/line.ts'
import { ownTranscripts, partsOf } from './parts.ts'

/** What the report of a merged run says of its parts. */
export function partFacts(lines: readonly TranscriptLine[]): readonly PartFacts[] {
  const own = ownTranscripts(lines)
  return partsOf(lines).flatMap(({ name, lines: transcript }, index) => {
    const run = transcript.find((line) => line.kind === 'run')
    const end = transcript.find((line) => line.kind === 'end')
    if (!run || !end) return []
    const { attachment } = run.target
    const { finishedAt, lagMs, obstacle } = end
    return [{ part: name, ...run.run, finishedAt, lagMs, attachment, selection: run.selection, ...(obstacle ? { obstacle } : {}), transcript: digestOfTranscript(own[index] ?? []) }]
  })
}
