import { markup, type Markup } from '../report/html/markup.ts'
import { lookWords } from '../report/html/outcome.ts'
import { plural } from '../report/summary.ts'
import { chapterPath, rulePath } from './address.ts'
import { own } from './page.ts'
import type { Column, RuleGroup, SiteRole } from './plan.ts'
import type { Rule } from './specification.ts'
import { lookLetters, nameOf, roleWords, underWords } from './words.ts'

/**
 * The matrix of a role: a row a rule, a column an implementation, a mark where they meet. There can be forty thousand marks on
 * the page, so each is one letter of a class, one link and one word.
 */
export function matrixTable(role: SiteRole): Markup {
  const { columns, groups } = role
  return markup`<div class="scroll grid-frame" role="region" aria-label="${roleWords(role.role)}, rule by rule" tabindex="0"><table class="grid"><thead><tr><th scope="col">rule${columns.map(head)}</thead>${groups.map((group) => groupRows(group, columns))}</table></div>`
}

function head({ entry, page, note }: Column): Markup {
  return markup`<th scope="col" data-profile="${entry.profile}"><a href="${page}"><span>${nameOf(entry)}</span><small>${[underWords(entry), ...(note === '' ? [] : [note])].join(' · ')}</small></a>`
}

function groupRows({ chapter, rules }: RuleGroup, columns: readonly Column[]): Markup {
  const title = chapter ? markup`<a href="${chapterPath(chapter.name)}">${own(chapter.title)}</a>` : markup`Rules that this specification does not have`
  return markup`<tbody><tr class="group"><th scope="rowgroup" colspan="${columns.length + 1}"><span>${title} <small>${plural(rules.length, 'rule')}</small></span>${rules.map((rule) => ruleRow(rule, columns))}</tbody>`
}

function ruleRow(rule: Rule, columns: readonly Column[]): Markup {
  const { id, level, sentence, chapter } = rule
  const words = chapter === undefined ? markup`${sentence}` : own(sentence)
  return markup`<tr data-level="${level}"><th scope="row"><a href="${rulePath(id)}">${id}</a> <b class="level">${level}</b><span>${words}</span>${columns.map((column) => cell(column, id))}`
}

/** Paths and ids are small letters, digits, dashes, dots and slashes: they need no quotes. */
function cell({ entry, page }: Column, id: string): Markup {
  const look = entry.cells.get(id)?.look
  return look === undefined ? absent : { html: `<td class=${lookLetters[look]}><a href=${page}#${id}>${lookWords[look]}</a>` }
}

const absent: Markup = markup`<td class=o><b>not judged</b>`
