import type { Outcome } from '../verdict.ts'
import { adviceOf, detailOf, type Detail } from './detail.ts'
import { areas, failures, knownLines, reasons, warnings, type FailedRule } from './findings.ts'
import { inert, markdown, markdownFence } from './inert.ts'
import type { RenderContext } from './render.ts'
import type { Diagnosis, Report } from './report.ts'
import { claimLine, countsLine, outcomes, plural, runFacts, verdictLine } from './summary.ts'

/** Bytes of the whole, below the 1 MiB that GitHub allows one step; and of what stands after the failures. */
const mostBytes = 1_000_000
const mostBytesAfter = 250_000
const fullCases = 2
const namedCases = 20
const exchangeLines = 40
const titles = { unproven: 'Unproven', faulted: 'Fault of the harness', inapplicable: 'Not applicable' } as const

/**
 * A job summary in GitHub Flavored Markdown: the claim, the verdict, a table by area, then every finding, folded. When it would
 * grow too long, findings are left out from the end of their list and the text says how many.
 */
export function renderMarkdown(report: Report, context: RenderContext): string {
  const head = [
    markdown(claimLine(report)),
    '',
    `**${markdown(verdictLine(report))}**`,
    '',
    runFacts(report).map((fact) => code(fact)).join(' · '),
    '',
    ...table(report),
    '',
    `${plural(report.verdicts.length, 'verdict')}: ${countsLine(report.summary.counts)}`,
  ].join('\n')
  const groups = (['unproven', 'faulted', 'inapplicable'] as const).flatMap((outcome) => grouped(report, outcome))
  const after = fitting([...headed('Known failures', knownLines(report).map((line) => `- ${markdown(line)}`)), ...groups, ...exceptions(report)], mostBytesAfter)
  const findings = [
    ...headed('Diagnosis', report.diagnoses.map(diagnosisBlock)),
    ...headed('Failed', failures(report).map((rule) => failure(report, rule, context))),
    ...headed('Warnings', warnings(report).map((rule) => failure(report, rule, context))),
  ]
  const room = mostBytes - Buffer.byteLength(head) - Buffer.byteLength(after)
  return `${[head, fitting(findings, room), after].filter((part) => part !== '').join('\n\n')}\n`
}

function table(report: Report): readonly string[] {
  const { counts } = report.summary
  const columns = outcomes.filter((outcome) => outcome !== 'faulted' || counts.faulted > 0)
  const row = (name: string, of: Readonly<Record<Outcome, number>>) => `| ${name} | ${columns.map((outcome) => of[outcome]).join(' | ')} |`
  return [
    `| area | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '--:').join('|')}|`,
    ...areas(report).map((area) => row(markdown(area.words), area.counts)),
    row('**all**', counts),
  ]
}

/** Blocks under a heading, which goes with the first so that it never stands alone. */
function headed(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.map((block, at) => (at === 0 ? `### ${title}\n\n${block}` : block))
}

function diagnosisBlock({ code: name, fact, cure, cases }: Diagnosis): string {
  const head = `${code(inert(name))} explains ${plural(cases.length, 'case')}: ${markdown(inert(fact))}`
  return `${head}\n\nFix: ${markdown(inert(cure, 1000))}`
}

function failure(report: Report, rule: FailedRule, context: RenderContext): string {
  const { fix, chapter } = adviceOf(rule.id, context)
  const others = rule.verdicts.slice(fullCases)
  return [
    '<details>',
    `<summary><b>${markdown(inert(rule.id))}</b> (${rule.level}, ${plural(rule.verdicts.length, 'case')}): ${prose(rule.sentence)}</summary>`,
    '',
    ...rule.verdicts.slice(0, fullCases).flatMap((verdict) => caseLines(detailOf(report, verdict, context, exchangeLines))),
    ...others.slice(0, namedCases).map((verdict) => `- ${code(inert(verdict.case))} saw ${code(inert(verdict.saw))}`),
    ...(others.length > namedCases ? [`- and ${others.length - namedCases} more in report.json`] : []),
    ...(others.length > 0 ? [''] : []),
    ...(fix === undefined ? [] : [`Fix: ${prose(fix)}`, '']),
    ...(chapter === undefined ? [] : [`Spec: ${code(chapter)}`, '']),
    '</details>',
  ].join('\n')
}

function caseLines(detail: Detail): readonly string[] {
  return [
    `${code(detail.caseId)} ${markdown(detail.title)}`,
    '',
    `- expected ${code(detail.expected)}`,
    `- saw ${code(detail.saw)}`,
    ...(detail.diagnosis === undefined ? [] : [`- explained by the diagnosis ${code(detail.diagnosis)}`]),
    '',
    ...detail.exchanges.flatMap(({ id, lines }) => [`Exchange ${code(id)}`, '', ...block(lines)]),
    'Repeat',
    '',
    ...block([detail.repeat]),
  ]
}

function block(lines: readonly string[]): readonly string[] {
  const fence = markdownFence(lines)
  return [`${fence}text`, ...lines, fence, '']
}

function grouped(report: Report, outcome: keyof typeof titles): readonly string[] {
  const items = reasons(report, outcome).map(({ reason, count, requirements }) => {
    const named = requirements.slice(0, namedCases).map(code).join(', ')
    const more = requirements.length > namedCases ? ` and ${requirements.length - namedCases} more` : ''
    return `- **${count}** ${markdown(reason)}: ${named}${more}`
  })
  return headed(titles[outcome], items)
}

function exceptions(report: Report): readonly string[] {
  const { length } = report.exceptions
  const ids = report.exceptions.map(({ id }) => code(inert(id))).join(', ')
  return length === 0 ? [] : [`${plural(length, 'rule')} of the role cannot be shown from outside: ${ids}`]
}

/** Blocks until the bytes are used up, then a line that says how many were left out. */
function fitting(blocks: readonly string[], bytes: number): string {
  const shown: string[] = []
  let used = 200
  for (const each of blocks) {
    used += Buffer.byteLength(each) + 2
    if (used > bytes) break
    shown.push(each)
  }
  const left = blocks.length - shown.length
  const note = `… ${plural(left, 'finding')} left out here, for the summary would grow too long; report.json has them all.`
  return [...shown, ...(left > 0 ? [note] : [])].join('\n\n')
}

/** Inert text as code. */
function code(text: string): string {
  return `<code>${markdown(text)}</code>`
}

/** A sentence of the specification, in which pairs of backticks mean code. */
function prose(text: string): string {
  return markdown(text).replace(/&#96;(.+?)&#96;/g, '<code>$1</code>')
}
