import { markup, type Markup } from '../report/html/markup.ts'
import { looks, lookWords, sign, type Look } from '../report/html/outcome.ts'
import { plural } from '../report/summary.ts'
import type { Result } from './plan.ts'
import { nameOf, underWords } from './words.ts'

/** What all implementations made of one rule, said once for the pages that tell of rules. */

const namedInTally = 6

/** How many keep a rule, and who does not, in a few lines. */
export function tally(results: readonly Result[], rule: string, up: string): Markup {
  if (results.length === 0) return markup`<p>No report judges it.</p>`
  return markup`<ul class="who">${grouped(results).map(([look, found]) => {
    const twice = new Set(found.map(({ column }) => column.entry.name)).size < found.length
    const names = look === 'passed' || look === 'inapplicable' ? undefined : markup`: ${found.slice(0, namedInTally).map((result, index) => markup`${index === 0 ? '' : ', '}${linked(result, rule, up)}${twice ? markup` <small>${underWords(result.column.entry)}</small>` : undefined}`)}${found.length > namedInTally ? ` and ${found.length - namedInTally} more` : ''}`
    return markup`<li>${sign(look)} <span>${tallyWords(look, found.length)}${names}</span>`
  })}</ul>`
}

/** Everybody, by what was found; of what is not green, what was seen. */
export function everybody(results: readonly Result[], rule: string, up: string): Markup {
  if (results.length === 0) return markup`<p>No report judges it.</p>`
  return markup`${grouped(results).map(([look, found]) => markup`<h2>${groupWords[look]} <small>${found.length}</small></h2><ul class="who">${found.map((result) => item(result, look, rule, up))}</ul>`)}`
}

const groupWords: Readonly<Record<Look, string>> = {
  failed: 'Who breaks it',
  faulted: 'Where the harness failed',
  unproven: 'Who could not be measured',
  warning: 'Who does not keep it',
  passed: 'Who keeps it',
  inapplicable: 'For whom it does not apply',
}

function tallyWords(look: Look, count: number): string {
  switch (look) {
    case 'passed':
      return `${count} ${count === 1 ? 'keeps' : 'keep'} it`
    case 'failed':
      return `${count} ${count === 1 ? 'breaks' : 'break'} it`
    case 'warning':
      return `${count} ${count === 1 ? 'does' : 'do'} not keep it`
    case 'inapplicable':
      return `not applicable to ${count}`
    case 'unproven':
    case 'faulted':
      return `${lookWords[look]} for ${count}`
  }
}

function item({ column, cell }: Result, look: Look, rule: string, up: string): Markup {
  const { entry, page, note } = column
  const seen = cell.worst && markup` <span class="where">${cell.worst.text}</span>`
  const cases = look === 'inapplicable' ? '' : ` · ${cell.found === cell.played ? '' : `${cell.found} of `}${plural(cell.played, 'case')}`
  return markup`<li>${sign(look)} <span><a href="${up}${page}#${rule}">${nameOf(entry)}</a> <small>${underWords(entry)}${cases}${cell.provisional ? ' · provisional' : ''}</small>${note === '' ? undefined : markup` <b class="note">${note}</b>`}${seen}</span>`
}

function linked({ column }: Result, rule: string, up: string): Markup {
  return markup`<a href="${up}${column.page}#${rule}">${column.entry.name}</a>`
}

/** By look, what asks for attention first. */
function grouped(results: readonly Result[]): readonly (readonly [Look, readonly Result[]])[] {
  return looks.map((look) => [look, results.filter(({ cell }) => cell.look === look)] as const).filter(([, found]) => found.length > 0)
}
