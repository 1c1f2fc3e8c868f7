import { accountOf } from '../harness/report/detail.ts'
import { inert } from '../harness/report/inert.ts'
import { recordedContext } from '../harness/report/recorded-context.ts'
import type { RenderContext } from '../harness/report/render.ts'
import type { Report, Verdict } from '../harness/report/report.ts'
import type { RunResult } from '../harness/run.ts'

/** Verdicts of one case that are told in full, and lines of one exchange. */
const toldInFull = 3
const exchangeLines = 16

/** Words for the verdicts of a run. `repeat` is the command that plays a case again. */
export function verdictTexts({ report, transcript }: RunResult, repeat: (caseId: string) => string): (verdicts: readonly Verdict[]) => string {
  const context: RenderContext = { ...recordedContext(transcript), repeatCommand: repeat, colour: false, width: 100 }
  return (verdicts) =>
    [
      ...verdicts.slice(0, toldInFull).flatMap((verdict) => [headline(verdict), ...accountOf(report, verdict, context, exchangeLines), ...diagnosisLines(report, verdict), '']),
      ...verdicts.slice(toldInFull).map(headline),
    ]
      .join('\n')
      .trimEnd()
}

/** One verdict in one line. */
export function headline({ requirement, level, outcome, saw, reason = '' }: Verdict): string {
  const name = `${inert(requirement)} (${level})`
  if (outcome === 'failed') return `${name} is not kept: saw ${inert(saw)}`
  return outcome === 'faulted' ? `${name} was not judged, the harness broke: ${inert(reason)}` : `${name} could not be proven: ${inert(reason)}`
}

function diagnosisLines({ diagnoses }: Report, verdict: Verdict): readonly string[] {
  const found = diagnoses.find(({ cases }) => cases.includes(verdict.case))
  return found ? [`diagnosis: ${inert(found.fact)}`, `cure: ${inert(found.cure, 1000)}`] : []
}
