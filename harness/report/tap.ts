import { adviceOf, detailOf, sentenceOf } from './detail.ts'
import { reasonOf } from './findings.ts'
import { inert } from './inert.ts'
import { readingOf, sawTooLittle } from './reading.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'
import { claimLine, countsLine, verdictLine } from './summary.ts'

const exchangeLines = 20

/**
 * TAP 14: one test point a verdict, flat, in the order of the report.
 *
 * A MUST that failed, is unproven or was hit by a fault is `not ok`; a rule below MUST that was not kept is `not ok … # TODO`,
 * which no consumer counts against the run; what does not apply is skipped. The format wants its version on the first line,
 * so the claim comes second. A run that met an obstacle or saw nothing has a test point of its own that fails.
 */
export function renderTap(report: Report, context: RenderContext): string {
  const points = [...(sawTooLittle(report) ? [obstaclePoint(report)] : []), ...report.verdicts.map((verdict) => point(report, verdict, context))]
  return [
    'TAP version 14',
    comment(claimLine(report)),
    `1..${points.length}`,
    ...points.flatMap(({ ok, text, directive, diagnosis }, index) => [`${ok ? 'ok' : 'not ok'} ${index + 1} - ${text}${directive}`, ...block(diagnosis)]),
    comment(countsLine(report.summary.counts)),
    comment(verdictLine(report)),
    '',
  ].join('\n')
}

interface Point {
  readonly ok: boolean
  readonly text: string
  /** Empty, or with its leading blank. */
  readonly directive: string
  /** What the block below the point says: strings, or lists of lines. */
  readonly diagnosis: readonly (readonly [key: string, value: string | readonly string[]])[]
}

function point(report: Report, verdict: Verdict, context: RenderContext): Point {
  const text = described(`${inert(verdict.case)} › ${inert(verdict.requirement)} (${verdict.level})`)
  switch (readingOf(verdict)) {
    case 'passed':
      return { ok: true, text, directive: '', diagnosis: [] }
    case 'skipped':
      return { ok: true, text, directive: ` # SKIP ${described(`${verdict.outcome}: ${reasonOf(verdict)}`)}`, diagnosis: [] }
    case 'warning':
      return { ok: false, text, directive: ` # TODO ${verdict.level} not kept`, diagnosis: diagnosisOf(report, verdict, context) }
    case 'failure':
    case 'error':
      return { ok: false, text, directive: '', diagnosis: diagnosisOf(report, verdict, context) }
  }
}

function diagnosisOf(report: Report, verdict: Verdict, context: RenderContext): Point['diagnosis'] {
  const detail = detailOf(report, verdict, context, exchangeLines)
  const { fix, chapter } = adviceOf(verdict.requirement, context)
  return [
    ['message', sentenceOf(report, verdict.requirement)],
    ['severity', readingOf(verdict) === 'warning' ? 'warning' : readingOf(verdict) === 'failure' ? 'fail' : verdict.outcome],
    ...(verdict.outcome === 'failed' ? [] : [['reason', reasonOf(verdict)] as const]),
    ['title', detail.title],
    ['expected', detail.expected],
    ['saw', detail.saw],
    ...detail.exchanges.map(({ id, lines }) => [`exchange ${id}`, lines] as const),
    ['repeat', detail.repeat],
    ...(fix === undefined ? [] : [['fix', fix] as const]),
    ...(chapter === undefined ? [] : [['spec', chapter] as const]),
  ]
}

function obstaclePoint(report: Report): Point {
  return { ok: false, text: 'the run measured the target', directive: '', diagnosis: [['message', verdictLine(report)], ['severity', inert(report.summary.obstacle?.code ?? 'nothing-measured')]] }
}

/** A YAML block below a test point. Every key and string is in double quotes, where YAML reads what JSON wrote. */
function block(diagnosis: Point['diagnosis']): readonly string[] {
  if (diagnosis.length === 0) return []
  const lines = diagnosis.flatMap(([key, value]) => (typeof value === 'string' ? [`  ${JSON.stringify(key)}: ${JSON.stringify(value)}`] : [`  ${JSON.stringify(key)}:`, ...value.map((line) => `    - ${JSON.stringify(line)}`)]))
  return ['  ---', ...lines, '  ...']
}

/** Inert text in which neither a directive nor an escape begins. */
function described(text: string): string {
  return text.replace(/[\\#]/g, (char) => `\\${char}`)
}

/** A comment of one line: it cannot be read as a pragma or a test point. */
function comment(text: string): string {
  return `# ${text}`
}
