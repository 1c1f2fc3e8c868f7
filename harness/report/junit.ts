import { accountOf } from './detail.ts'
import { areaOf, reasonOf } from './findings.ts'
import { inert, xml } from './inert.ts'
import { readingOf, sawTooLittle, type Reading } from './reading.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'
import { claimLine, verdictLine } from './summary.ts'

const exchangeLines = 40

/**
 * JUnit XML: one suite an area, one case a verdict.
 *
 * MUST failed is a failure; MUST unproven and anything faulted is an error; inapplicable, and unproven below MUST, is
 * skipped; failed below MUST passes with a warning as its output. The first line carries the claim as the name of the
 * root. What kept the run from measuring is an error of its own, so that a run that saw nothing is never green.
 */
export function renderJunit(report: Report, context: RenderContext): string {
  const groups = new Map<string, Verdict[]>()
  for (const verdict of report.verdicts) {
    const area = areaOf(verdict.requirement)
    const group = groups.get(area)
    if (group) group.push(verdict)
    else groups.set(area, [verdict])
  }
  const nothing = sawTooLittle(report)
  const totals = tally(report.verdicts)
  const figures = nothing ? { ...totals, tests: totals.tests + 1, errors: totals.errors + 1 } : totals
  const root = `<testsuites name="${attribute(claimLine(report), 1000)}" ${figuresText(figures)} time="${seconds(report.verdicts)}">`
  return [
    // One line with the declaration, for the first line of every output is the claim.
    `<?xml version="1.0" encoding="UTF-8"?>${root}`,
    ...(nothing ? obstacleSuite(report) : []),
    ...[...groups].flatMap(([area, verdicts]) => suite(report, area, verdicts, context)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(report: Report, area: string, verdicts: readonly Verdict[], context: RenderContext): readonly string[] {
  const timestamp = attribute(report.run.startedAt)
  return [
    `  <testsuite name="${attribute(area)}" ${figuresText(tally(verdicts))} time="${seconds(verdicts)}" timestamp="${timestamp}">`,
    ...properties(report),
    ...verdicts.flatMap((verdict) => testcase(report, verdict, context)),
    '  </testsuite>',
  ]
}

function testcase(report: Report, verdict: Verdict, context: RenderContext): readonly string[] {
  const classname = attribute(`${report.target.role}.${areaOf(verdict.requirement)}`)
  const name = `${attribute(verdict.case)} › ${attribute(verdict.requirement)}`
  const open = `    <testcase classname="${classname}" name="${name}" time="${(verdict.durationMs / 1000).toFixed(3)}"`
  const body = content(report, verdict, context)
  return body === '' ? [`${open}/>`] : [`${open}>`, body, '    </testcase>']
}

function content(report: Report, verdict: Verdict, context: RenderContext): string {
  const reading = readingOf(verdict)
  if (reading === 'passed') return ''
  if (reading === 'skipped') return `      <skipped message="${xml(`${verdict.outcome}: ${reasonOf(verdict)}`)}"/>`
  const text = xml(accountOf(report, verdict, context, exchangeLines).join('\n'))
  if (reading === 'warning') return `      <system-out>warning: ${verdict.level} not kept\n${text}</system-out>`
  const type = reading === 'failure' ? verdict.level : verdict.outcome
  const message =
    reading === 'failure'
      ? `expected ${inert(verdict.expected)}; saw ${inert(verdict.saw)}`
      : `${verdict.outcome}: ${reasonOf(verdict)}`
  return `      <${reading} type="${type}" message="${xml(message)}">${text}</${reading}>`
}

function obstacleSuite(report: Report): readonly string[] {
  return [
    `  <testsuite name="run" ${figuresText({ tests: 1, failures: 0, errors: 1, skipped: 0 })} time="0.000">`,
    ...properties(report),
    `    <testcase classname="${attribute(report.target.role)}.run" name="the run measured the target" time="0.000">`,
    `      <error type="${attribute(report.summary.obstacle?.code ?? 'nothing-measured')}" message="${attribute(verdictLine(report), 3000)}"/>`,
    '    </testcase>',
    '  </testsuite>',
  ]
}

function properties(report: Report): readonly string[] {
  const { summary, target, run } = report
  const entries = {
    claim: summary.claim,
    measured: summary.measured,
    total: summary.total,
    profile: target.profile,
    seed: run.seed,
  }
  return [
    '    <properties>',
    ...Object.entries(entries).map(([name, value]) => `      <property name="${name}" value="${attribute(String(value))}"/>`),
    '    </properties>',
  ]
}

interface Figures {
  readonly tests: number
  readonly failures: number
  readonly errors: number
  readonly skipped: number
}

function tally(verdicts: readonly Verdict[]): Figures {
  const readings = verdicts.map(readingOf)
  const count = (reading: Reading) => readings.filter((each) => each === reading).length
  return { tests: verdicts.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') }
}

function figuresText({ tests, failures, errors, skipped }: Figures): string {
  return `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`
}

function seconds(verdicts: readonly Verdict[]): string {
  return (verdicts.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3)
}

function attribute(text: string, limit?: number): string {
  return xml(inert(text, limit))
}
