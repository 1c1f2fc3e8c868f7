import { adviceOf, detailOf, sentenceOf } from '../detail.ts'
import { areaOf, areas, reasonOf } from '../findings.ts'
import type { RenderContext } from '../render.ts'
import type { Report, RequirementResult, Verdict } from '../report.ts'
import { plural } from '../summary.ts'
import type { Evidence } from './evidence.ts'
import { markup, nothing, slug, type Markup } from './markup.ts'
import { lookOf, looks, sign, type Look } from './outcome.ts'

/** Where a verdict stands on the page. */
export type AnchorOf = (verdict: Verdict) => string

/** Anchors by place, since two verdicts of one case and rule would otherwise share one. */
export function anchors(report: Report): AnchorOf {
  const places = new Map(report.verdicts.map((verdict, index) => [verdict, `v${index + 1}`]))
  return (verdict) => places.get(verdict) ?? ''
}

/** The rules of the report by area, in its order; each opens to its verdicts, the worst first. */
export function ruleSections(report: Report, context: RenderContext, evidence: Evidence, anchorOf: AnchorOf): Markup {
  const verdicts = new Map<string, Verdict[]>()
  for (const verdict of report.verdicts) verdicts.set(verdict.requirement, [...(verdicts.get(verdict.requirement) ?? []), verdict])
  return markup`${areas(report).map((area) => {
    const rules = report.requirements.filter(({ id }) => areaOf(id) === area.id)
    const drawn = rules.map((rule) => ruleBlock(report, rule, sorted(verdicts.get(rule.id) ?? []), context, evidence, anchorOf))
    return markup`<section class="area" id="area-${slug(area.id)}"><h3>${area.words} <small>${plural(rules.length, 'rule')}</small></h3>${drawn}</section>`
  })}`
}

/** The look of a rule is the worst of its verdicts. */
export function ruleLook(rule: RequirementResult): Look {
  return lookOf(rule)
}

function sorted(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.toSorted((a, b) => looks.indexOf(lookOf(a)) - looks.indexOf(lookOf(b)))
}

function ruleBlock(report: Report, rule: RequirementResult, verdicts: readonly Verdict[], context: RenderContext, evidence: Evidence, anchorOf: AnchorOf): Markup {
  const look = ruleLook(rule)
  const { fix, chapter } = adviceOf(rule.id, context)
  const killed = context.killMatrix?.roles.flatMap(({ kills }) => kills).find(({ requirement }) => requirement === rule.id)
  return markup`<details class="rule" id="${slug(rule.id)}" data-look="${look}"${open(look)}><summary>${sign(look)}<span class="name"><code>${rule.id}</code> <b class="level">${rule.level}</b></span><span class="sentence">${prose(sentenceOf(report, rule.id))}</span><small>${plural(verdicts.length, 'case')}</small></summary><div class="body"><p class="where"><a href="#${slug(rule.id)}">link to this rule</a>${chapter === undefined ? undefined : markup` · clause <code>${chapter}</code>`}</p>${look === 'passed' || look === 'inapplicable' || fix === undefined ? undefined : markup`<p class="fix"><b>Likely fix</b> ${prose(fix)}</p>`}${killed && markup`<p class="where">this check was seen to fail: <code>${killed.target}</code>, ${killed.fault}</p>`}${verdicts.map((verdict, index) => verdictBlock(report, verdict, context, evidence, anchorOf, isUrgent(look) && index === 0))}</div></details>`
}

function verdictBlock(report: Report, verdict: Verdict, context: RenderContext, evidence: Evidence, anchorOf: AnchorOf, isOpen: boolean): Markup {
  const look = lookOf(verdict)
  const detail = detailOf(report, verdict, { ...context, exchangeText: () => undefined }, 0)
  const judged = verdict.outcome === 'passed' || verdict.outcome === 'failed'
  const rows: (readonly [string, Markup])[] = [
    ['expected', markup`${detail.expected}`],
    judged ? ['saw', markup`${detail.saw}`] : ['reason', markup`${reasonOf(verdict)}`],
    ...(detail.diagnosis === undefined ? [] : [['explained', markup`by the diagnosis <code>${detail.diagnosis}</code>`] as const]),
    ...(verdict.evidence === 'wire' || verdict.outcome === 'inapplicable' ? [] : [['evidence', markup`${verdict.evidence === 'effect' ? 'effects that the target told' : 'the word of the target'}`] as const]),
    ...(isUrgent(look) ? [['repeat', markup`<code class="command">${detail.repeat}</code>`] as const] : []),
  ]
  return markup`<details class="verdict" id="${anchorOf(verdict)}"${isOpen ? openAttribute : nothing}><summary>${sign(look)}<span>${detail.title} <code>${detail.caseId}</code></span></summary><div class="body"><dl>${rows.map(([name, value]) => markup`<dt>${name}<dd>${value}`)}</dl>${seen(verdict, evidence, anchorOf)}</div></details>`
}

/** The evidence of the case, or where on the page it is. */
function seen(verdict: Verdict, evidence: Evidence, anchorOf: AnchorOf): Markup | undefined {
  if (verdict.outcome === 'inapplicable') return undefined
  const home = evidence.home(verdict.case)
  const drawn = evidence.of(verdict.case)
  if (home === verdict && drawn) return drawn
  if (home && drawn) return markup`<p class="where"><a href="#${anchorOf(home)}">what was sent and seen</a></p>`
  return verdict.exchanges.length === 0 ? undefined : markup`<p class="where">${plural(verdict.exchanges.length, 'message')} in transcript.ndjson: ${verdict.exchanges.slice(0, 6).join(', ')}${verdict.exchanges.length > 6 ? ' …' : ''}</p>`
}

const openAttribute: Markup = { html: ' open' }

function open(look: Look): Markup {
  return isUrgent(look) ? openAttribute : nothing
}

function isUrgent(look: Look): boolean {
  return look !== 'passed' && look !== 'inapplicable'
}

/** A sentence of the specification, in which pairs of backticks mean code. */
function prose(text: string): Markup {
  const parts = text.split('`')
  return markup`${parts.map((part, index) => (index % 2 === 1 && index < parts.length - 1 ? markup`<code>${part}</code>` : index % 2 === 1 ? `\`${part}` : part))}`
}
