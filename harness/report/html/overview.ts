import { areas, failures, reasons, warnings, type FailedRule } from '../findings.ts'
import type { Report } from '../report.ts'
import { claimLine, countsLine, outcomes, plural, verdictLine } from '../summary.ts'
import { markup, slug, type Markup } from './markup.ts'
import { looks, lookWords, sign, type Look } from './outcome.ts'
import { ruleLook } from './rules.ts'

const namedRules = 12
const shownReasons = 12

/** The verdict in a word or two, and what the last line of other outputs says beside it. */
export function headline(report: Report): { readonly word: string; readonly rest: string; readonly look: Look } {
  const line = verdictLine(report)
  const [, capitals = line, rest = ''] = /^([A-Z][A-Z ]*[A-Z])(?:: | |)(.*)$/s.exec(line) ?? []
  const word = capitals.charAt(0) + capitals.slice(1).toLowerCase()
  return { word, rest, look: capitals === 'CONFORMANT' ? 'passed' : capitals === 'NOT CONFORMANT' ? 'failed' : 'unproven' }
}

/** The first screen: the verdict, what was judged and how, what was measured and what was not. */
export function overview(report: Report): Markup {
  const { word, rest, look } = headline(report)
  const { target } = report
  return markup`<header class="top ${look}"><p class="eyebrow">Event delivery conformance <span>role <b>${target.role}</b></span> <span>profile <b>${target.profile}</b></span></p><h1>${sign(look)} ${word}</h1>${rest === '' ? undefined : markup`<p class="lead">${rest}</p>`}<p class="claim">${claimLine(report)}</p>${facts(report)}</header><div class="pair">${measured(report)}${notMeasured(report)}</div>`
}

function facts(report: Report): Markup {
  const { target, run, suite } = report
  const clock = run.clock === 'scaled' ? `scaled, ${run.timeScale} times faster` : run.clock
  const rows: readonly (readonly [string, string])[] = [
    ['target', target.url],
    ...(target.name === undefined || target.name === target.url ? [] : [['name', [target.name, target.version ?? ''].join(' ').trim()] as const]),
    ['attached by', target.attachment.join(', ')],
    ['clock', clock],
    ['seed', String(run.seed)],
    ...(run.via === undefined ? [] : [['proxy lens', run.via] as const]),
    ...(run.parts === undefined ? [] : [['parts', `${plural(run.parts.length, 'run')}; where they disagree, the worst verdict counts`] as const]),
    ['at', run.finishedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['suite', `${suite.version}, specification ${suite.specVersion}`],
  ]
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function measured(report: Report): Markup {
  const rows = areas(report)
  const { counts } = report.summary
  const shown = outcomes.filter((outcome) => counts[outcome] > 0)
  const heads = shown.map((outcome) => markup`<th scope="col">${outcome === 'inapplicable' ? 'n/a' : outcome}`)
  const body = rows.map((area) => {
    const total = outcomes.reduce((sum, outcome) => sum + area.counts[outcome], 0)
    let from = 0
    const bars = outcomes.map((outcome) => {
      const width = (area.counts[outcome] / total) * 100
      const bar = width === 0 ? undefined : markup`<rect class="${outcome}" x="${round(from)}%" width="${round(width)}%" height="8"/>`
      from += width
      return bar
    })
    return markup`<tr><th scope="row"><a href="#area-${slug(area.id)}">${area.words}</a><td class="bars"><svg class="share" height="8" aria-hidden="true">${bars}</svg>${shown.map((outcome) => markup`<td class="${area.counts[outcome] === 0 ? 'none' : outcome}">${area.counts[outcome] === 0 ? '–' : area.counts[outcome]}`)}`
  })
  return markup`<section class="card" id="measured"><h2>What was measured</h2><p>${report.summary.measured} of ${plural(report.summary.total, 'rule')}; ${plural(report.verdicts.length, 'verdict')}: ${countsLine(counts)}.</p>${rows.length === 0 ? undefined : markup`<div class="wide" tabindex="0"><table class="areas"><thead><tr><th scope="col">area<td class="bars">${heads}</thead><tbody>${body}</tbody></table></div>`}</section>`
}

function notMeasured(report: Report): Markup {
  const { unlock, obstacle } = report.summary
  const groups = [...reasons(report, 'unproven'), ...reasons(report, 'faulted'), ...reasons(report, 'inapplicable')]
  const items = [
    ...(obstacle ? [markup`<li><b>The run could not go on:</b> ${obstacle.fact}. ${obstacle.cure}`] : []),
    ...unlock.filter(({ requirements }) => requirements > 0).map(({ flag, requirements }) => markup`<li><code>${flag}</code> would measure <b>${plural(requirements, 'more rule')}</b>`),
    ...groups.slice(0, shownReasons).map(({ reason, count, must, requirements }) => markup`<li>${plural(count, 'verdict')}${must ? '' : ' below MUST'}: ${reason} <small>${requirements.slice(0, 3).join(', ')}${requirements.length > 3 ? ` and ${requirements.length - 3} more` : ''}</small>`),
    ...(groups.length > shownReasons ? [markup`<li>${plural(groups.length - shownReasons, 'reason')} more, with the rules below`] : []),
  ]
  const { exceptions } = report
  const list = items.length === 0 ? markup`<p>Every rule of the role that applies to the profile was measured.</p>` : markup`<ul>${items}</ul>`
  const never = exceptions.length === 0 ? undefined : markup`<details><summary>${plural(exceptions.length, 'rule')} that nothing outside of the target can show</summary><ul>${exceptions.map(({ id, reason }) => markup`<li><code>${id}</code> ${reason}`)}</ul></details>`
  return markup`<section class="card" id="not-measured"><h2>What was not</h2>${list}${never}</section>`
}

/** What stands against the target, most weighty first, each with a way to its evidence; undefined when nothing does. */
export function findings(report: Report): Markup | undefined {
  const diagnoses = report.diagnoses.map(({ code, fact, cure, cases }) => markup`<li class="diagnosis"><p><code>${code}</code> explains ${plural(cases.length, 'case')}</p><p>${fact}</p><p><b>Fix</b> ${cure}</p>`)
  const failed = listed(failures(report), 'failed')
  const warned = listed(warnings(report), 'warning')
  if (diagnoses.length + failed.length + warned.length === 0) return undefined
  return markup`<section id="findings"><h2>What stands against it</h2><ul class="findings">${diagnoses}${failed}${warned}</ul></section>`
}

function listed(rules: readonly FailedRule[], look: Look): readonly Markup[] {
  const shown = rules.slice(0, namedRules).map(({ id, level, sentence, verdicts }) => markup`<li>${sign(look)} <span><a href="#${slug(id)}"><code>${id}</code></a> <b class="level">${level}</b> ${sentence} <small>${plural(verdicts.length, 'case')}</small></span>`)
  return rules.length > namedRules ? [...shown, markup`<li>${plural(rules.length - namedRules, 'rule')} more below`] : shown
}

/** Buttons that leave only some rules on the page; without a script they stay hidden. */
export function filterBar(report: Report): Markup {
  const counts = looks.map((look) => [look, report.requirements.filter((rule) => ruleLook(rule) === look).length] as const)
  const buttons = counts.filter(([, count]) => count > 0).map(([look, count]) => markup`<button type="button" data-only="${look}" aria-pressed="false">${sign(look)}<span aria-hidden="true">${lookWords[look]}</span> ${count}</button>`)
  return markup`<div class="filter" id="filter" role="search" hidden><button type="button" data-only="" aria-pressed="true">all ${report.requirements.length}</button>${buttons}<label>find <input type="search" id="find" autocomplete="off" spellcheck="false"></label><button type="button" id="unfold">open all</button><output id="left" aria-live="polite"></output></div>`
}

function round(share: number): number {
  return Math.round(share * 10) / 10
}
