import { inert, markdown } from '../report/inert.ts'
import { inertJson } from '../report/json.ts'
import { plural } from '../report/summary.ts'
import { changes, isWorse, type Change, type VerdictChange } from './diff.ts'

const words: Readonly<Record<Change, string>> = { broken: 'passed, fails now', changed: 'changed', new: 'new', fixed: 'failed, passes now', gone: 'gone' }
const marks: Readonly<Record<Change, string>> = { broken: '×', changed: '~', new: '+', fixed: '✓', gone: '-' }
/** Lines of one kind; what does not fit is counted. */
const mostLines = 200

/** The changes for a terminal, a section a kind. */
export function diffText(found: readonly VerdictChange[]): string {
  if (found.length === 0) return 'nothing changed\n'
  const sections = present(found).flatMap(({ change, own }) => [
    `${words[change]}: ${plural(own.length, 'verdict')}`,
    ...own.slice(0, mostLines).map((each) => `  ${marks[change]} ${inert(each.requirement)} (${each.level})  ${inert(each.case)}  ${told(each)}`),
    ...(own.length > mostLines ? [`  and ${own.length - mostLines} more`] : []),
    '',
  ])
  return `${[...sections, lastLine(found)].join('\n')}\n`
}

/** The changes for a job summary: one table, what is broken first. */
export function diffMarkdown(found: readonly VerdictChange[]): string {
  if (found.length === 0) return 'Nothing changed since the report before.\n'
  const rows = present(found).flatMap(({ change, own }) => [
    ...own.slice(0, mostLines).map((each) => `| ${words[change]} | ${markdown(inert(each.requirement))} | ${each.level} | ${markdown(inert(each.case))} | ${markdown(told(each))} |`),
    ...(own.length > mostLines ? [`| ${words[change]} | and ${own.length - mostLines} more | | | |`] : []),
  ])
  return `**${lastLine(found)}**\n\n| change | rule | level | case | from, to |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
}

/** The changes as data. */
export function diffJson(found: readonly VerdictChange[]): string {
  return inertJson({ diff: 1, worse: isWorse(found), changes: found })
}

function present(found: readonly VerdictChange[]): readonly { readonly change: Change; readonly own: readonly VerdictChange[] }[] {
  return changes.map((change) => ({ change, own: found.filter((each) => each.change === change) })).filter(({ own }) => own.length > 0)
}

function told({ before, after, saw, excused }: VerdictChange): string {
  const step = [before, after].filter((outcome) => outcome !== undefined).join(' → ')
  return `${step}${saw ? `: ${inert(saw, 200)}` : ''}${excused ? ' (excused)' : ''}`
}

function lastLine(found: readonly VerdictChange[]): string {
  const counts = present(found).map(({ change, own }) => `${own.length} ${change}`)
  return `${isWorse(found) ? 'WORSE' : 'NOT WORSE'}: ${counts.join(', ')}`
}
