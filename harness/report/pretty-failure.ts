import { adviceOf, detailOf, type Detail } from './detail.ts'
import type { FailedRule } from './findings.ts'
import { inert } from './inert.ts'
import { wrapped, type Paint } from './layout.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'

/** Cases of one rule that are shown in full, and the most that are named in a line each. */
const fullCases = 2
const namedCases = 12
const exchangeLines = 16

/** One rule that failed: its sentence, the first cases in full, the others in a line each, the fix, the chapter. */
export function failedRuleLines(report: Report, rule: FailedRule, context: RenderContext, width: number, paint: Paint): readonly string[] {
  const must = rule.level === 'MUST'
  const others = rule.verdicts.slice(fullCases)
  const { fix, chapter } = adviceOf(rule.id, context)
  return [
    '',
    `${paint(must ? 'bad' : 'doubt', must ? '×' : '!')} ${paint('strong', inert(rule.id))}  ${paint('faint', rule.level)}`,
    ...(rule.sentence === '' ? [] : wrapped(rule.sentence, width - 2).map((line) => `  ${line}`)),
    ...rule.verdicts
      .slice(0, fullCases)
      .flatMap((verdict) => ['', ...caseLines(detailOf(report, verdict, context, exchangeLines), picture(verdict, context, width, paint), width, paint)]),
    ...(others.length === 0 ? [] : ['', `  and in ${others.length} more:`]),
    ...others.slice(0, namedCases).map((verdict) => {
      const [line = ''] = wrapped(`${inert(verdict.case)}: saw ${inert(verdict.saw)}`, width - 4)
      return `    ${line}`
    }),
    ...(others.length > namedCases ? [`    … ${others.length - namedCases} others, in report.json`] : []),
    ...(fix === undefined && chapter === undefined ? [] : ['']),
    ...(fix === undefined ? [] : field('fix', fix, width, 2, paint)),
    ...(chapter === undefined ? [] : [`  ${paint('faint', 'spec'.padEnd(10))}${chapter}`]),
  ]
}

/** The delivery behind a verdict of the retry chapter, drawn; nothing for any other. */
function picture(verdict: Verdict, { timeline }: RenderContext, width: number, paint: Paint): readonly string[] {
  const drawn = verdict.requirement.startsWith('webhook-retry-') ? (timeline?.(verdict, width - 4, paint) ?? '') : ''
  return drawn === '' ? [] : drawn.split('\n').map((line) => `    ${line}`)
}

function caseLines(detail: Detail, drawn: readonly string[], width: number, paint: Paint): readonly string[] {
  return [
    ...wrapped(`${detail.caseId}: ${detail.title}`, width - 2).map((line) => `  ${line}`),
    ...field('expected', detail.expected, width, 4, paint),
    ...field('saw', detail.saw, width, 4, paint),
    ...drawn,
    ...(detail.diagnosis === undefined ? [] : field('explained', `by the diagnosis ${detail.diagnosis}`, width, 4, paint)),
    ...detail.exchanges.flatMap(({ id, lines }) => [
      ...field('exchange', id, width, 4, paint),
      ...lines.flatMap((line) => quoted(line, width, paint)),
    ]),
    ...(detail.unshown.length === 0 ? [] : field('also', `${detail.unshown.slice(0, 12).join(', ')} in the transcript`, width, 4, paint)),
    // Not wrapped: it is there to be copied.
    `    ${paint('faint', 'repeat'.padEnd(10))}${detail.repeat}`,
  ]
}

/** A line of an exchange; the bar is broken where the line had to be. */
function quoted(line: string, width: number, paint: Paint): readonly string[] {
  return wrapped(line, width - 6).map((part, at) => paint('faint', `    ${at === 0 ? '│' : '┆'} ${part}`.trimEnd()))
}

/** A labelled value; its further lines stand below its first. */
function field(label: string, value: string, width: number, indent: number, paint: Paint): readonly string[] {
  const [first = '', ...more] = wrapped(value, width - indent - 10)
  const blank = ' '.repeat(indent)
  return [`${blank}${paint('faint', label.padEnd(10))}${first}`, ...more.map((line) => `${blank}${' '.repeat(10)}${line}`)]
}
