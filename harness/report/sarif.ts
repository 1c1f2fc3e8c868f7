import type { Level } from '../verdict.ts'
import { adviceOf, detailOf, sentenceOf } from './detail.ts'
import { areaOf, reasonOf } from './findings.ts'
import { inert } from './inert.ts'
import { inertJson } from './json.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'
import { claimLine, verdictLine } from './summary.ts'

const levels: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = { MUST: 'error', SHOULD: 'warning', MAY: 'note' }

/**
 * SARIF 2.1.0: a rule for each requirement of the report, a result for each verdict that somebody has to act on.
 *
 * What failed is of kind `fail` with the level of its rule; what is unproven is `open`, which has no level (SARIF 2.1.0, 3.27.9
 * and 3.27.10). Passed and inapplicable verdicts are left out, since viewers show every result as a problem; their counts
 * stand in the properties of the run. Faults and obstacles are notifications of the tool. A result points at the chapter of its
 * rule, for a target has no file, and at the case as a logical location.
 */
export function renderSarif(report: Report, context: RenderContext): string {
  const { suite, run, summary, target } = report
  const rules = report.requirements.map(({ id }) => id)
  const results = report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unproven')
  return inertJson({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: inert(suite.name), version: inert(suite.version), rules: report.requirements.map(({ id, level }) => rule(report, id, level, context)) } },
        invocations: [{ executionSuccessful: summary.obstacle === undefined && summary.counts.faulted === 0, ...times(report), toolExecutionNotifications: notifications(report, rules) }],
        automationDetails: { id: `${inert(suite.name)}/${inert(target.role)}/${inert(target.profile)}/` },
        columnKind: 'utf16CodeUnits',
        results: results.map((verdict) => result(report, verdict, rules.indexOf(verdict.requirement), context)),
        properties: { claim: claimLine(report), verdict: verdictLine(report), conformant: summary.conformant, measured: summary.measured, total: summary.total, counts: summary.counts, target: inert(target.url), role: inert(target.role), profile: inert(target.profile), clock: run.clock, seed: run.seed },
      },
    ],
  })
}

function rule(report: Report, id: string, level: Level, context: RenderContext) {
  const { fix, chapter } = adviceOf(id, context)
  return {
    id: inert(id),
    shortDescription: { text: literal(sentenceOf(report, id) || inert(id)) },
    ...(fix === undefined ? {} : { help: { text: literal(fix) } }),
    defaultConfiguration: { level: levels[level] },
    properties: { level, area: inert(areaOf(id)), ...(chapter === undefined ? {} : { spec: chapter }) },
  }
}

function result(report: Report, verdict: Verdict, ruleIndex: number, context: RenderContext) {
  const detail = detailOf(report, verdict, context, 0)
  const failed = verdict.outcome === 'failed'
  const told = failed ? [`Expected ${detail.expected}; saw ${detail.saw}.`] : [`Unproven: ${inert(verdict.reason || 'no reason was given')}.`]
  return {
    ruleId: inert(verdict.requirement),
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: failed ? 'fail' : 'open',
    level: failed ? levels[verdict.level] : 'none',
    message: { text: [`${detail.title}.`, ...told, `Repeat: ${detail.repeat}`].map(literal).join('\n') },
    locations: [
      {
        ...physical(verdict.requirement, context),
        logicalLocations: [{ name: detail.caseId, fullyQualifiedName: `${inert(report.target.role)}/${detail.caseId}`, kind: 'module' }],
      },
    ],
    ...(verdict.known ? { suppressions: [{ kind: 'external', status: 'accepted', justification: reasonOf(verdict) }] } : {}),
    partialFingerprints: { 'caseAndRequirement/v1': `${detail.caseId} ${inert(verdict.requirement)}` },
    properties: { case: detail.caseId, outcome: verdict.outcome, evidence: verdict.evidence, exchanges: verdict.exchanges.slice(0, 20).map((id) => inert(id)) },
  }
}

function physical(requirement: string, context: RenderContext) {
  const [uri] = (context.chapter(requirement) ?? '').split('#')
  return uri ? { physicalLocation: { artifactLocation: { uri: encodeURI(inert(uri)) }, region: { startLine: 1 } } } : undefined
}

/** Faults of the harness and the obstacle of the run. */
function notifications(report: Report, rules: readonly string[]) {
  const { obstacle } = report.summary
  return [
    ...(obstacle ? [{ level: 'error', message: { text: literal(`${inert(obstacle.fact)}. ${inert(obstacle.cure, 1000)}`) }, descriptor: { id: inert(obstacle.code) } }] : []),
    ...report.verdicts
      .filter(({ outcome }) => outcome === 'faulted')
      .map((verdict) => {
        const index = rules.indexOf(verdict.requirement)
        return { level: 'error', message: { text: literal(`${inert(verdict.case)}: ${reasonOf(verdict)}`) }, associatedRule: { id: inert(verdict.requirement), ...(index < 0 ? {} : { index }) } }
      }),
  ]
}

function times({ run }: Report) {
  const utc = (text: string) => (Number.isFinite(Date.parse(text)) ? new Date(text).toISOString() : undefined)
  const [start, end] = [utc(run.startedAt), utc(run.finishedAt)]
  return { ...(start === undefined ? {} : { startTimeUtc: start }), ...(end === undefined ? {} : { endTimeUtc: end }) }
}

/** Inert text as plain text of a message: brackets would begin a link, braces a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6). */
function literal(text: string): string {
  return text.replace(/[[\]\\]/g, (char) => `\\${char}`).replaceAll('{', '{{').replaceAll('}', '}}')
}
