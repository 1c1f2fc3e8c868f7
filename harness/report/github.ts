import type { Outcome } from '../verdict.ts'
import { adviceOf, detailOf } from './detail.ts'
import { failures, reasons, warnings, type FailedRule } from './findings.ts'
import { inert, workflowData, workflowProperty } from './inert.ts'
import type { RenderContext } from './render.ts'
import type { Report } from './report.ts'
import { claimLine, countsLine, plural, verdictLine } from './summary.ts'

/** GitHub drops what one step says beyond this, without a word. */
const mostAnnotations = 10
const namedRules = 8

interface Annotation {
  readonly kind: 'error' | 'warning'
  readonly title: string
  readonly lines: readonly string[]
}

/**
 * Workflow commands of GitHub Actions between two plain lines, the claim and the verdict. At most ten annotations:
 * the obstacle, the diagnoses, the MUSTs that failed, the unproven MUSTs by reason, the warnings. The last line says how many were left out.
 */
export function renderGithub(report: Report, context: RenderContext): string {
  const all = annotations(report, context)
  const shown = all.slice(0, mostAnnotations)
  const left = all.length - shown.length
  const commands = shown.map(
    ({ kind, title, lines }) => `::${kind} title=${workflowProperty(title)}::${workflowData(lines.join('\n'))}`,
  )
  const rest = left > 0 ? ` (${plural(left, 'finding')} more in the report)` : ''
  return `${[claimLine(report), ...commands, `${verdictLine(report)} · ${countsLine(report.summary.counts)}${rest}`].join('\n')}\n`
}

function annotations(report: Report, context: RenderContext): readonly Annotation[] {
  const { obstacle } = report.summary
  return [
    ...(obstacle ? [{ kind: 'error', title: 'could not measure', lines: [inert(obstacle.fact), inert(obstacle.cure, 1000)] } as const] : []),
    ...report.diagnoses.map(({ code, fact, cure, cases }): Annotation => ({
      kind: 'error',
      title: inert(code),
      lines: [inert(fact), `Fix: ${inert(cure, 1000)}`, `Explains ${plural(cases.length, 'case')}.`],
    })),
    ...failures(report).map((rule) => ruleAnnotation(report, rule, context)),
    ...reasonAnnotations(report, 'faulted', 'fault of the harness'),
    ...reasonAnnotations(report, 'unproven', 'unproven'),
    ...warnings(report).map((rule) => ruleAnnotation(report, rule, context)),
  ]
}

function ruleAnnotation(report: Report, rule: FailedRule, context: RenderContext): Annotation {
  const [first] = rule.verdicts
  const detail = first && detailOf(report, first, context, 0)
  const { fix, chapter } = adviceOf(rule.id, context)
  return {
    kind: rule.level === 'MUST' ? 'error' : 'warning',
    title: `${inert(rule.id)} (${rule.level})`,
    lines: [
      ...(rule.sentence === '' ? [] : [rule.sentence]),
      ...(detail ? [`${detail.caseId}: ${detail.title}`, `expected: ${detail.expected}`, `saw: ${detail.saw}`] : []),
      ...(rule.verdicts.length > 1 ? [`and in ${plural(rule.verdicts.length - 1, 'more case')}`] : []),
      ...(detail ? [`repeat: ${detail.repeat}`] : []),
      ...(fix === undefined ? [] : [`fix: ${fix}`]),
      ...(chapter === undefined ? [] : [`spec: ${chapter}`]),
    ],
  }
}

/** One annotation a reason that keeps a MUST from being measured. */
function reasonAnnotations(report: Report, outcome: Outcome, title: string): readonly Annotation[] {
  const groups = reasons(report, outcome).filter(({ must }) => must)
  return groups.map(({ reason, count, requirements }) => {
    const more = requirements.length > namedRules ? ` and ${requirements.length - namedRules} more` : ''
    return {
      kind: 'error',
      title: `${title} (${plural(count, 'verdict')})`,
      lines: [reason, `${requirements.slice(0, namedRules).join(', ')}${more}`],
    }
  })
}
