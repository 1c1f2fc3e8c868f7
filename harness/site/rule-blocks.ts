import { detailOf, sentenceOf } from '../report/detail.ts'
import { areaOf, areas, reasonOf } from '../report/findings.ts'
import type { Evidence } from '../report/html/evidence.ts'
import { markup, nothing, type Markup } from '../report/html/markup.ts'
import { lookOf, looks, sign, type Look } from '../report/html/outcome.ts'
import { ruleLook } from '../report/html/rules.ts'
import type { RenderContext } from '../report/render.ts'
import type { Report, RequirementResult, Verdict } from '../report/report.ts'
import { plural } from '../report/summary.ts'
import { worst } from '../verdict.ts'
import { rulePath } from './address.ts'
import { own } from './page.ts'
import type { Rule } from './specification.ts'
import type { Site } from './plan.ts'

/** Verdicts shown of one rule and of one page: far more than a run of this suite has. */
const mostOfRule = 120
const mostOfPage = 1_500

/** Everything that the blocks of one page are drawn with. */
interface Drawing {
  readonly report: Report
  readonly context: RenderContext
  readonly evidence: Evidence
  readonly anchors: ReadonlyMap<Verdict, string>
  readonly rules: ReadonlyMap<string, Rule>
  readonly up: string
}

/** The report with as many verdicts as a page has room for, the worst of each rule first, and rules that never say better than their verdicts. */
export function shownOf(report: Report): Report {
  const byRule = new Map<string, Verdict[]>()
  for (const verdict of report.verdicts) byRule.set(verdict.requirement, [...(byRule.get(verdict.requirement) ?? []), verdict])
  const perRule = Math.max(1, Math.min(mostOfRule, Math.floor(mostOfPage / Math.max(1, byRule.size))))
  const whole = report.verdicts.length <= mostOfPage
  const requirements = report.requirements.map((rule) => {
    const verdicts = byRule.get(rule.id) ?? []
    return verdicts.length === 0 ? rule : { ...rule, outcome: worst(verdicts.map(({ outcome }) => outcome)) }
  })
  const verdicts = [...byRule.values()].flatMap((all) => all.toSorted((a, b) => looks.indexOf(lookOf(a)) - looks.indexOf(lookOf(b))).slice(0, whole ? mostOfRule : perRule))
  return { ...report, requirements, verdicts }
}

/** The rules of a report by area; each has its id as anchor and opens to its verdicts. */
export function ruleBlocks(site: Site, report: Report, context: RenderContext, evidence: Evidence, up: string): Markup {
  const anchors = new Map(report.verdicts.map((verdict, index) => [verdict, `v${index + 1}`]))
  const drawing: Drawing = { report, context, evidence, anchors, rules: new Map(site.rules.map((rule) => [rule.id, rule])), up }
  const words = new Map(areas(report).map((area) => [area.id, area.words]))
  const ids = new Set(report.requirements.map(({ id }) => areaOf(id)))
  return markup`${[...ids].map((area) => {
    const rules = report.requirements.filter(({ id }) => areaOf(id) === area)
    return markup`<section class="area" id="area-${area}"><h3>${words.get(area) ?? area} <small>${plural(rules.length, 'rule')}</small></h3>${rules.map((rule) => ruleBlock(rule, drawing))}</section>`
  })}`
}

function ruleBlock(rule: RequirementResult, drawing: Drawing): Markup {
  const { report, rules, up } = drawing
  const look = ruleLook(rule)
  const verdicts = report.verdicts.filter(({ requirement }) => requirement === rule.id)
  const known = rules.get(rule.id)
  const fix = look === 'passed' || look === 'inapplicable' ? undefined : known?.fix
  return markup`<details class="rule" id="${rule.id}" data-look="${look}"${isUrgent(look) ? openAttribute : nothing}><summary>${sign(look)}<span class="name"><code>${rule.id}</code> <b class="level">${rule.level}</b>${rule.provisional ? ' provisional' : ''}</span><span class="sentence">${sentenceOf(report, rule.id)}</span><small>${plural(verdicts.length, 'case')}</small></summary><div class="body"><p class="where"><a href="${up}${rulePath(rule.id)}">everybody on this rule</a> · <a href="#${rule.id}">link to this place</a></p>${fix === undefined || fix === '' ? undefined : markup`<p class="fix"><b>Likely fix</b> ${own(fix)}</p>`}${verdicts.map((verdict, index) => verdictBlock(verdict, drawing, isUrgent(look) && index === 0))}</div></details>`
}

function verdictBlock(verdict: Verdict, drawing: Drawing, isOpen: boolean): Markup {
  const { report, context, anchors } = drawing
  const detail = detailOf(report, verdict, { ...context, exchangeText: () => undefined }, 0)
  const judged = verdict.outcome === 'passed' || verdict.outcome === 'failed'
  const rows: readonly (readonly [string, string])[] = [
    ['expected', detail.expected],
    ...(judged ? [['saw', detail.saw] as const] : []),
    ...(judged && !verdict.known ? [] : [[verdict.known ? 'known' : 'reason', reasonOf(verdict)] as const]),
    ...(verdict.evidence === 'effect' ? [['evidence', 'effects that the target told'] as const] : verdict.evidence === 'declared' ? [['evidence', 'the word of the target'] as const] : []),
  ]
  return markup`<details class="verdict" id="${anchors.get(verdict)}"${isOpen ? openAttribute : nothing}><summary>${sign(lookOf(verdict))}<span>${detail.title} <code>${detail.caseId}</code></span></summary><div class="body"><dl>${rows.map(([name, value]) => markup`<dt>${name}<dd>${value}`)}</dl>${seen(verdict, drawing)}</div></details>`
}

/** The messages of the case, or where on the page they are. */
function seen(verdict: Verdict, { evidence, anchors }: Drawing): Markup | undefined {
  if (verdict.outcome === 'inapplicable') return undefined
  const home = evidence.home(verdict.case)
  const drawn = evidence.of(verdict.case)
  if (home === verdict && drawn) return drawn
  if (home && drawn) return markup`<p class="where"><a href="#${anchors.get(home)}">what was sent and seen</a></p>`
  return verdict.exchanges.length === 0 ? undefined : markup`<p class="where">${plural(verdict.exchanges.length, 'message')} in the transcript</p>`
}

const openAttribute: Markup = { html: ' open' }

function isUrgent(look: Look): boolean {
  return look !== 'passed' && look !== 'inapplicable'
}
