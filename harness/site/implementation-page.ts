import { failures, reasons, warnings, type FailedRule } from '../report/findings.ts'
import { fittingEvidence } from '../report/html/evidence.ts'
import { markup, type Markup } from '../report/html/markup.ts'
import { filterBar } from '../report/html/overview.ts'
import { sign } from '../report/html/outcome.ts'
import { script } from '../report/html/script.ts'
import type { RenderContext } from '../report/render.ts'
import type { Report } from '../report/report.ts'
import { claimLine, countsLine, plural, verdictLine } from '../report/summary.ts'
import { framed, outside, upFrom } from './page.ts'
import type { Column, Site } from './plan.ts'
import { ruleBlocks, shownOf } from './rule-blocks.ts'
import { nameOf, roleWords, underWords, verdictWords } from './words.ts'

/** What a page of an implementation is drawn from, beside what the site keeps of its report. */
export interface Evidence {
  readonly report: Report
  readonly context: RenderContext
  /** Links to what lies beside the page: words and the file's name. */
  readonly downloads: readonly (readonly [words: string, href: string])[]
  /** Why no messages are shown, where they are not. */
  readonly without?: string
}

const evidenceBytes = 150_000
const namedRules = 12
const shownReasons = 12
const toldOlder = 50

/** The page of one implementation in one role, under one profile: what stands against it, and every rule with its verdicts and their evidence. */
export function implementationPage(site: Site, column: Column, evidence: Evidence): string {
  const { entry, page: path } = column
  const report = shownOf(evidence.report)
  const up = upFrom(path)
  const drawn = fittingEvidence(report, evidence.context, evidenceBytes)
  const left = evidence.report.verdicts.length - report.verdicts.length
  const main = markup`${head(site, column, evidence, up)}${findings(report)}${notMeasured(report)}<section id="rules"><h2>Rules, area by area</h2>${left === 0 ? undefined : markup`<p class="where">Of ${plural(evidence.report.verdicts.length, 'verdict')}, those of every rule that matter most are shown; ${plural(left, 'more')} in report.json.</p>`}${filterBar(report)}${ruleBlocks(site, report, evidence.context, drawn, up)}</section>${older(column)}`
  return framed(site, { path, title: `${nameOf(entry)} as ${entry.role}: ${site.title}`, skipTo: { id: 'rules', words: 'Skip to the rules' }, main, script })
}

function head(site: Site, { entry, note, otherRules }: Column, { report, downloads, without }: Evidence, up: string): Markup {
  const { look } = verdictWords(entry)
  const { subject } = entry
  const told = subject?.kind === undefined ? '' : [subject.kind, ...(subject.language === undefined ? [] : [subject.language])].join(', ')
  const rows: readonly (readonly [string, Markup])[] = [
    ...(told === '' ? [] : [['kind', markup`${told}`] as const]),
    ['profile', markup`${underWords(entry)}`],
    ['attached by', markup`${report.target.attachment.slice(0, 4).join(', ')}`],
    ['clock', markup`${report.run.clock === 'scaled' ? `scaled, ${report.run.timeScale} times faster` : report.run.clock}`],
    ['seed', markup`${report.run.seed}`],
    ...(report.run.parts === undefined ? [] : [['merged of', markup`${plural(report.run.parts.length, 'run')}`] as const]),
    ['at', markup`${entry.made.finishedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}`],
    ['judged by', markup`suite ${entry.made.suiteVersion}, specification ${entry.made.specVersion}${note === '' ? undefined : markup` <b class="note">not of this site: ${note}</b>`}`],
    ['runtime', markup`${report.run.runtime}, ${report.run.platform}`],
    ...(entry.attested ? [['attestation', attestation(entry.attested)] as const] : []),
    ...(subject?.homepage === undefined ? [] : [['home', outside(subject.homepage, subject.homepage)] as const]),
    ...(subject?.discovery === undefined ? [] : [['findings', outside(subject.discovery, subject.discovery)] as const]),
  ]
  const remarks = [...(without === undefined ? [] : [`No messages are shown: ${without}.`]), differs(site, entry, otherRules)].filter((words) => words !== '')
  const files = downloads.map(([words, href]) => markup`<a href="${href}">${words}</a>`)
  return markup`<header class="top subject ${look}"><p class="eyebrow"><span><a href="${up}index.html">Matrix</a></span> <span>${roleWords(entry.role)}</span></p><h1>${sign(look)} <span>${entry.name} <small>${entry.version}</small></span></h1><p class="lead">${verdictLine(report)}</p><p class="claim">${claimLine(report)}; ${countsLine(report.summary.counts)}</p>${subject?.setting === undefined ? undefined : markup`<p class="claim">${subject.setting}</p>`}<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl><p class="claim files">${files}</p>${remarks.map((words) => markup`<p class="claim">${words}</p>`)}</header>`
}

/** While a version is a draft its chapters change; a report then rests on other words, or other rules, than this site shows. */
function differs({ specification }: Site, { made }: Column['entry'], otherRules: boolean): string {
  if (otherRules) return 'It was judged by a draft of this specification that had other rules.'
  return made.specVersion === specification.version && made.specHash !== specification.specHash ? 'It was judged by a draft of this specification that said the same rules in other words.' : ''
}

function attestation(attested: NonNullable<Column['entry']['attested']>): Markup {
  if ('flaw' in attested) return markup`${attested.flaw}`
  return markup`says that it holds until <time datetime="${attested.until}">${attested.until.slice(0, 10)}</time>; <code>conformance verify</code> checks its signature`
}

/** What stands against it, most weighty first; nothing where nothing does. */
function findings(report: Report): Markup | undefined {
  const diagnoses = report.diagnoses.slice(0, namedRules).map(({ code, fact, cure, cases }) => markup`<li class="diagnosis"><p><code>${code}</code> explains ${plural(cases.length, 'case')}</p><p>${fact}</p><p><b>Fix</b> ${cure}</p>`)
  const listed = (rules: readonly FailedRule[], look: 'failed' | 'warning') => [
    ...rules.slice(0, namedRules).map(({ id, level, sentence, verdicts }) => markup`<li>${sign(look)} <span><a href="#${id}"><code>${id}</code></a> <b class="level">${level}</b> ${sentence} <small>${plural(verdicts.length, 'case')}</small></span>`),
    ...(rules.length > namedRules ? [markup`<li>${plural(rules.length - namedRules, 'rule')} more below`] : []),
  ]
  const all = [...diagnoses, ...listed(failures(report), 'failed'), ...listed(warnings(report), 'warning')]
  return all.length === 0 ? undefined : markup`<section id="findings"><h2>What stands against it</h2><ul class="findings">${all}</ul></section>`
}

function notMeasured(report: Report): Markup | undefined {
  const { obstacle } = report.summary
  const groups = [...reasons(report, 'unproven'), ...reasons(report, 'faulted'), ...reasons(report, 'inapplicable')]
  const items = [
    ...(obstacle ? [markup`<li><b>The run could not go on:</b> ${obstacle.fact}`] : []),
    ...groups.slice(0, shownReasons).map(({ reason, count, requirements }) => markup`<li>${plural(count, 'verdict')}: ${reason} <small>${requirements.slice(0, 3).map((id, index) => markup`${index === 0 ? '' : ', '}<a href="#${id}">${id}</a>`)}${requirements.length > 3 ? ` and ${requirements.length - 3} more` : ''}</small>`),
    ...(groups.length > shownReasons ? [markup`<li>${plural(groups.length - shownReasons, 'reason')} more, with the rules below`] : []),
  ]
  return items.length === 0 ? undefined : markup`<section class="card" id="not-measured"><h2>What was not measured</h2><ul>${items}</ul></section>`
}

function older({ older: earlier }: Column): Markup | undefined {
  if (earlier.length === 0) return undefined
  const items = earlier.slice(0, toldOlder).map((entry) => markup`<li>${entry.made.finishedAt.slice(0, 10)} ${nameOf(entry)}: ${verdictWords(entry).words}, ${entry.measured} of ${entry.total} measured, specification ${entry.made.specVersion} <small>${entry.folder}</small>`)
  return markup`<section class="card" id="earlier"><h2>Earlier reports</h2><ul>${items}${earlier.length > toldOlder ? markup`<li>and ${earlier.length - toldOlder} more` : undefined}</ul></section>`
}
