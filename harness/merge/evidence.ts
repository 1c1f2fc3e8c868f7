import type { Report } from '../report/report.ts'
import type { TranscriptLine } from '../transcript/line.ts'
import { severity, type Outcome } from '../verdict.ts'
import { partsOf } from './parts.ts'

/**
 * A transcript as pictures and messages are drawn from it: what one run wrote is told as it stands. Of a merged one, the lines of a
 * case are those of the part that its worst verdict comes from; what other parts recorded of the same case stands under
 * `CASE (p2)`, so that no picture mixes two runs.
 */
export function evidenceLines(lines: readonly TranscriptLine[], { verdicts }: Pick<Report, 'verdicts'>): readonly TranscriptLine[] {
  const parts = partsOf(lines)
  if (parts.length === 0) return lines
  const told = new Map<string, { readonly part: string; readonly outcome: Outcome }>()
  for (const { case: id, part, outcome } of verdicts) {
    const known = told.get(id)
    if (part !== undefined && (!known || severity(outcome) > severity(known.outcome))) told.set(id, { part, outcome })
  }
  const holders = new Map([...told].map(([id, { part }]) => [id, part]))
  const own = parts.flatMap(({ name, lines: transcript }) =>
    transcript.flatMap((line): readonly TranscriptLine[] => {
      if (line.kind === 'run' || line.kind === 'end') return []
      if (!('case' in line)) return [line]
      if (!holders.has(line.case)) holders.set(line.case, name)
      return [holders.get(line.case) === name ? line : { ...line, case: `${line.case} (${name})` }]
    }),
  )
  return [...lines.filter(({ kind }) => kind === 'run'), ...own, ...lines.filter(({ kind }) => kind === 'end')]
}
