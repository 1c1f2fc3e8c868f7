import type { Outcome } from '../verdict.ts'
import { areas, failures, knownLines, reasons, warnings, type Area, type FailedRule, type ReasonGroup } from './findings.ts'
import { inert } from './inert.ts'
import { columnsOf, padded, painter, wrapped, type Paint, type Tone } from './layout.ts'
import { failedRuleLines } from './pretty-failure.ts'
import type { RenderContext } from './render.ts'
import type { Counts, Report } from './report.ts'
import { claimLine, countsLine, outcomes, plural, runFacts, verdictLine } from './summary.ts'

/** One outcome on a page: a cell of a bar, its colour, and the head of its column. */
const looks: Readonly<Record<Outcome, { readonly cell: string; readonly tone: Tone; readonly head: string }>> = {
  passed: { cell: '█', tone: 'good', head: 'passed' },
  failed: { cell: '×', tone: 'bad', head: 'failed' },
  unproven: { cell: '?', tone: 'doubt', head: 'unproven' },
  inapplicable: { cell: '·', tone: 'faint', head: 'n/a' },
  faulted: { cell: '!', tone: 'bad', head: 'faulted' },
}

/** The most ids that one group names. */
const namedIds = 8

/**
 * A report for people: the claim, the run, a table by area, the diagnoses, what failed, what is unproven, the warnings,
 * what does not apply, the verdict. Without colour it is stable from run to run: it holds no duration.
 */
export function renderPretty(report: Report, context: RenderContext): string {
  const width = Math.min(120, Math.max(60, context.width))
  const paint = painter(context.colour)
  const lines = [paint('strong', claimLine(report))]
  if (context.quiet) {
    for (const { code, fact } of report.diagnoses) lines.push(`◆ ${inert(code)}  ${inert(fact)}`)
    for (const rule of [...failures(report), ...warnings(report)]) {
      lines.push(`${rule.level === 'MUST' ? '×' : '!'} ${inert(rule.id)} (${rule.level})  ${rule.sentence}`)
    }
  } else {
    lines.push(...wrapped(runFacts(report).join(' · '), width).map((line) => paint('faint', line)))
    lines.push(...table(report, width, paint))
    lines.push(...findings(report, context, width, paint), '')
    lines.push(paint('faint', `${plural(report.verdicts.length, 'verdict')}: ${countsLine(report.summary.counts)}`))
  }
  const { conformant } = report.summary
  const tone = conformant === null || report.summary.measured === 0 ? 'doubt' : conformant ? 'good' : 'bad'
  const verdict = wrapped(verdictLine(report), width).map((line) => paint('strong', paint(tone, line)))
  const duration = context.colour ? paint('faint', took(report)) : ''
  return `${[...lines, ...verdict].join('\n')}${duration}\n`
}

function table(report: Report, width: number, paint: Paint): readonly string[] {
  const rows = areas(report)
  if (rows.length === 0) return []
  const { counts } = report.summary
  const columns = outcomes.filter((outcome) => outcome !== 'faulted' || counts.faulted > 0)
  const label = Math.min(32, Math.max(...rows.map(({ words }) => columnsOf(words))))
  const figures = columns.reduce((sum, outcome) => sum + looks[outcome].head.length + 2, 0)
  const bar = Math.min(48, Math.max(8, width - 2 - label - 2 - figures))
  const row = (words: string, drawing: string, of: Counts) =>
    `  ${padded(words, label)}  ${drawing}${columns.map((outcome) => figure(of[outcome], outcome, paint)).join('')}`
  const heads = columns.map((outcome) => `  ${looks[outcome].head}`).join('')
  return [
    '',
    paint('faint', `  ${' '.repeat(label)}  ${' '.repeat(bar)}${heads}`),
    ...rows.map((area) => row(wrapped(area.words, label)[0] ?? '', drawn(area, bar, paint), area.counts)),
    row('all', ' '.repeat(bar), counts),
  ]
}

function figure(count: number, outcome: Outcome, paint: Paint): string {
  const { head, tone } = looks[outcome]
  const text = count === 0 ? '-' : String(count)
  return ' '.repeat(Math.max(1, head.length + 2 - text.length)) + paint(count === 0 ? 'faint' : tone, text)
}

/** A bar of exactly so many cells, shared out by counts; whatever occurs has at least one cell. */
function drawn(area: Area, cells: number, paint: Paint): string {
  const present = outcomes.filter((outcome) => area.counts[outcome] > 0)
  const total = present.reduce((sum, outcome) => sum + area.counts[outcome], 0)
  const shares = new Map(present.map((outcome) => [outcome, Math.max(1, Math.floor((area.counts[outcome] / total) * cells))]))
  const largest = present.reduce((a, b) => (area.counts[b] > area.counts[a] ? b : a))
  const used = [...shares.values()].reduce((sum, share) => sum + share, 0)
  shares.set(largest, (shares.get(largest) ?? 0) + cells - used)
  return present.map((outcome) => paint(looks[outcome].tone, looks[outcome].cell.repeat(shares.get(outcome) ?? 0))).join('')
}

function findings(report: Report, context: RenderContext, width: number, paint: Paint): readonly string[] {
  const lines: string[] = []
  const section = (title: string, body: readonly string[]) => {
    if (body.length === 0) return
    lines.push('', paint('strong', `── ${title} ${'─'.repeat(Math.max(2, width - title.length - 4))}`), ...body)
  }
  const failed = failures(report)
  const warned = warnings(report)
  const known = knownLines(report)
  const unproven = reasons(report, 'unproven')
  const inapplicable = reasons(report, 'inapplicable')
  const faulted = reasons(report, 'faulted')
  section('diagnosis', diagnosisLines(report, width, paint))
  const rules = (of: readonly FailedRule[]) => of.flatMap((rule) => failedRuleLines(report, rule, context, width, paint))
  const groups = (of: readonly ReasonGroup[], mark: string, withRules: boolean) =>
    of.flatMap((group) => groupLines(group, mark, withRules, width, paint))
  section(`failed: ${failed.length} MUST`, rules(failed))
  section(`known failures: ${known.length}`, known.flatMap((line) => wrapped(line, width - 4).map((part, index) => `${index === 0 ? '  = ' : '    '}${part}`)))
  section(`unproven: ${verdicts(unproven)}`, groups(unproven, '?', true))
  section(`fault of the harness: ${verdicts(faulted)}`, groups(faulted, '!', true))
  section(`warnings: ${plural(warned.length, 'rule')} below MUST`, rules(warned))
  section(`not applicable: ${verdicts(inapplicable)}`, groups(inapplicable, '·', false))
  if (report.exceptions.length > 0) {
    const count = plural(report.exceptions.length, 'rule')
    const note = `${count} of the role cannot be shown from outside; \`conformance explain ID\` says why.`
    lines.push('', ...wrapped(note, width).map((line) => paint('faint', line)))
  }
  return lines
}

function diagnosisLines(report: Report, width: number, paint: Paint): readonly string[] {
  return report.diagnoses.flatMap(({ code, fact, cure, cases }) => [
    '',
    `${paint('bad', '◆')} ${paint('strong', inert(code))}  ${paint('faint', `explains ${plural(cases.length, 'case')}`)}`,
    ...wrapped(inert(fact), width - 2).map((line) => `  ${line}`),
    ...wrapped(`Fix: ${inert(cure, 1000)}`, width - 2).map((line) => `  ${line}`),
    ...wrapped(`Cases: ${named(cases)}`, width - 2).map((line) => paint('faint', `  ${line}`)),
  ])
}

function groupLines(group: ReasonGroup, mark: string, withRules: boolean, width: number, paint: Paint): readonly string[] {
  const indent = ' '.repeat(9)
  const [first = '', ...more] = wrapped(group.reason, width - indent.length)
  const rules = withRules ? wrapped(`${group.must ? 'MUST: ' : ''}${named(group.requirements)}`, width - indent.length) : []
  return [
    `  ${paint(group.must && withRules ? 'doubt' : 'faint', mark)} ${String(group.count).padStart(4)} ${first}`,
    ...more.map((line) => indent + line),
    ...rules.map((line) => paint('faint', indent + line)),
  ]
}

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, namedIds).map((id) => inert(id))
  return ids.length > namedIds ? `${shown.join(', ')} and ${ids.length - namedIds} more` : shown.join(', ')
}

function verdicts(groups: readonly ReasonGroup[]): string {
  return plural(groups.reduce((sum, { count }) => sum + count, 0), 'verdict')
}

/** How long the run took, such as ` · 4.2 s`; empty when its times cannot be read. */
function took({ run }: Report): string {
  const ms = Date.parse(run.finishedAt) - Date.parse(run.startedAt)
  if (!(ms >= 0)) return ''
  const seconds = ms / 1000
  return seconds < 60 ? ` · ${seconds.toFixed(1)} s` : ` · ${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}
