import { markup, type Markup } from '../report/html/markup.ts'
import { plural } from '../report/summary.ts'
import { chapterPath, rulePath } from './address.ts'
import { framed, own, upFrom } from './page.ts'
import { resultsOf, type Site } from './plan.ts'
import { everybody } from './results.ts'
import type { Rule } from './specification.ts'
import { roleWords } from './words.ts'

/** The page of one rule: its sentence and where it comes from, who keeps it and who does not, and the cases that show it. */
export function rulePage(site: Site, rule: Rule): string {
  const path = rulePath(rule.id)
  const up = upFrom(path)
  const main = markup`<article class="rule-page"><p class="eyebrow"><span><a href="${up}index.html">Matrix</a></span> <span>${roleWords(rule.role)}</span> <span class="level">${rule.level}</span></p><h1><code>${own(rule.id)}</code></h1>${words(rule, site, up)}<section id="results">${rule.exception === undefined ? everybody(resultsOf(site, rule.id), rule.id, up) : markup`<h2>Nobody is judged by it</h2><p>${own(rule.exception)}</p>`}</section>${cases(rule)}</article>`
  return framed(site, { path, title: `${rule.id}: ${site.title}`, skipTo: { id: 'results', words: 'Skip to the results' }, main })
}

function words({ id, sentence, chapter, why, fix, source }: Rule, { specification }: Site, up: string): Markup {
  // Without a chapter the sentence is that of a report, and nobody's here.
  if (chapter === undefined) return markup`<blockquote>${sentence.replaceAll('**', '')}</blockquote><p class="where">The specification ${specification.version} has no such rule; the sentence is that of a report.</p>`
  const title = specification.chapters.find(({ name }) => name === chapter)?.title ?? chapter
  return markup`<blockquote>${own(sentence)}</blockquote>${field('Why', why)}${field('Likely fix', fix)}${field('Source', source)}<p class="field"><b>Written in</b> <a href="${up}${chapterPath(chapter)}#${id}">${own(title)}</a></p>`
}

function field(label: string, text: string | undefined): Markup | undefined {
  return text === undefined || text === '' ? undefined : markup`<p class="field"><b>${label}</b> ${own(text)}</p>`
}

function cases({ cases: all }: Rule): Markup | undefined {
  if (all.length === 0) return undefined
  return markup`<section id="cases"><h2>Its cases <small>${plural(all.length, 'case')}</small></h2><ul class="cases">${all.map(({ id, title }) => markup`<li>${title} <code>${id}</code>`)}</ul></section>`
}
