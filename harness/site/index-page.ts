import { markup, type Markup } from '../report/html/markup.ts'
import { looks, lookWords, type Look } from '../report/html/outcome.ts'
import { plural } from '../report/summary.ts'
import { script } from './index-script.ts'
import { matrixStyle } from './matrix-style.ts'
import { matrixTable } from './matrix-table.ts'
import { framed } from './page.ts'
import type { Site, SiteRole } from './plan.ts'
import { standingsTable } from './standings-table.ts'
import { lookLetters, roleWords } from './words.ts'

const toldProblems = 20

const lookMeanings: Readonly<Record<Look, string>> = {
  passed: 'the rule was kept in every case',
  failed: 'a MUST was broken',
  warning: 'a SHOULD was not kept',
  unproven: 'the situation could not be reached, so nothing is said',
  faulted: 'the harness failed, not the target',
  inapplicable: 'the rule does not apply to the profile or the setting',
}

/** The first page: what this is, who stands where, and the matrix of each role. */
export function indexPage(site: Site): string {
  const main = markup`${intro(site)}${filters(site)}<div id="roles">${site.roles.map(roleSection)}</div>${problemSection(site)}`
  return framed(site, { path: 'index.html', title: site.title, skipTo: { id: 'roles', words: 'Skip to the results' }, main, script, style: matrixStyle, wide: true })
}

function intro(site: Site): Markup {
  const columns = site.roles.flatMap((role) => role.columns)
  const names = new Set(columns.map(({ entry }) => entry.name)).size
  const rules = new Set(site.roles.flatMap(({ groups }) => groups.flatMap((group) => group.rules.map(({ id }) => id)))).size
  const cells = columns.reduce((sum, { entry }) => sum + entry.cells.size, 0)
  const reports = columns.length === names ? '' : `, in ${plural(columns.length, 'report')} of a role and a profile each`
  const jumps = site.roles.map(({ role, columns: own }) => markup`<li><a href="#${anchor(role)}">${roleWords(role)}</a> ${own.length}`)
  return markup`<header class="top intro"><p class="eyebrow">Event delivery conformance <span>specification <b>${site.specification.version}</b></span> <span>newest report <b>${site.newest.slice(0, 10)}</b></span></p><h1>${site.title}</h1><p class="lead"><b>${plural(names, 'implementation')} × ${plural(rules, 'rule')}</b>${reports}: what ${cells.toLocaleString('en-US')} judgements of webhook and event-stream software found. Every mark opens what was expected, what was seen, and the messages that show it.</p><ul class="jumps">${jumps}</ul>${legend()}</header>`
}

function legend(): Markup {
  const items = looks.map((look) => markup`<div><dt class="mark ${lookLetters[look]}">${lookWords[look]}</dt><dd><b>${lookWords[look]}</b> <span>${lookMeanings[look]}</span></dd></div>`)
  return markup`<dl class="legend">${items}<div><dt class="mark o">not judged</dt><dd><b>not judged</b> <span>the run left the rule out, or its suite did not have it</span></dd></div></dl>`
}

/** Without a script the filters stay hidden: the page is whole without them. */
function filters(site: Site): Markup {
  const profiles = [...new Set(site.roles.flatMap(({ columns }) => columns.map(({ entry }) => entry.profile)))].sort()
  const roles = site.roles.map(({ role }) => [role, roleWords(role)] as const)
  const outcomes = looks.map((look) => [lookLetters[look], lookWords[look]] as const)
  return markup`<div class="filter" id="filter" role="search" aria-label="Filter the results" hidden>${choice('role', 'role', roles)}${choice('profile', 'profile', profiles.map((name) => [name, name] as const))}${choice('level', 'level', ['MUST', 'SHOULD', 'MAY'].map((level) => [level, level] as const))}${choice('outcome', 'outcome', outcomes)}<label>rule <input type="search" id="rule" autocomplete="off" spellcheck="false" placeholder="retry"></label><label>implementation <input type="search" id="name" autocomplete="off" spellcheck="false"></label><button type="button" id="clear">clear</button><output id="left" aria-live="polite"></output></div>`
}

function choice(id: string, label: string, options: readonly (readonly [value: string, words: string])[]): Markup {
  return markup`<label>${label} <select id="${id}"><option value="">all${options.map(([value, words]) => markup`<option value="${value}">${words}`)}</select></label>`
}

function roleSection(role: SiteRole): Markup {
  const rules = role.groups.reduce((sum, group) => sum + group.rules.length, 0)
  const words = roleWords(role.role)
  const beside = role.exceptions === 0 ? '' : ` ${plural(role.exceptions, 'rule')} more ${role.exceptions === 1 ? 'is' : 'are'} told in the specification and can be shown by nothing from outside.`
  return markup`<section class="role" id="${anchor(role.role)}" data-role="${role.role}"><h2 id="${anchor(role.role)}-name">${words} <small>${plural(role.columns.length, 'report')} × ${plural(rules, 'rule')}</small></h2>${standingsTable(role)}<h3>Rule by rule</h3>${matrixTable(role)}<p class="where">${beside}</p></section>`
}

function problemSection({ problems }: Site): Markup | undefined {
  if (problems.length === 0) return undefined
  const items = problems.slice(0, toldProblems).map(({ path, reason }) => markup`<li><code>${path}</code> ${reason}`)
  return markup`<section class="card" id="unusable"><h2>Reports that could not be used</h2><ul>${items}${problems.length > toldProblems ? markup`<li>and ${problems.length - toldProblems} more` : undefined}</ul></section>`
}

function anchor(role: string): string {
  return `role-${role.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 40)}`
}
