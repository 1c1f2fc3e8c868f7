import { accountOf, adviceOf } from './detail.ts'
import { areaOf, reasonOf } from './findings.ts'
import { inert } from './inert.ts'
import { inertJson } from './json.ts'
import { readingOf, sawTooLittle, type Reading } from './reading.ts'
import type { RenderContext } from './render.ts'
import type { Report, Verdict } from './report.ts'
import { claimLine, verdictLine } from './summary.ts'

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other'

const exchangeLines = 20

/** The format has no error: what may not be green is failed, and `rawStatus` says which it was. A warning is neither. */
const statuses: Readonly<Record<Reading, Status>> = { passed: 'passed', failure: 'failed', error: 'failed', skipped: 'skipped', warning: 'other' }

interface Test {
  readonly name: string
  readonly status: Status
  readonly duration: number
  readonly [more: string]: unknown
}

/**
 * CTRF 0.0.0: one test a verdict, with the outcome of this suite as `rawStatus`.
 *
 * Durations are whole milliseconds, times those of the run. A run that met an obstacle or saw nothing has a failed test of its own.
 */
export function renderCtrf(report: Report, context: RenderContext): string {
  const { suite, target, run, summary } = report
  const tests = [...(sawTooLittle(report) ? [obstacleTest(report)] : []), ...report.verdicts.map((verdict) => test(report, verdict, context))]
  const count = (status: Status) => tests.filter((each) => each.status === status).length
  const [start, stop] = [epochMs(run.startedAt), epochMs(run.finishedAt)]
  return inertJson({
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: inert(suite.name),
    results: {
      tool: { name: inert(suite.name), version: inert(suite.version), extra: { claim: claimLine(report), verdict: verdictLine(report), conformant: summary.conformant, measured: summary.measured, total: summary.total } },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        suites: new Set(tests.map(({ suite: names }) => JSON.stringify(names))).size,
        start,
        stop,
        duration: Math.max(0, stop - start),
      },
      tests,
      environment: { appName: inert(target.name ?? target.url), ...(target.version === undefined ? {} : { appVersion: inert(target.version) }), osPlatform: inert(run.platform), extra: { url: inert(target.url), role: inert(target.role), profile: inert(target.profile), clock: run.clock, seed: run.seed, runtime: inert(run.runtime) } },
    },
  })
}

function test(report: Report, verdict: Verdict, context: RenderContext): Test {
  const reading = readingOf(verdict)
  const { fix, chapter } = adviceOf(verdict.requirement, context)
  const told = reading === 'passed' || reading === 'skipped' ? [] : accountOf(report, verdict, context, exchangeLines)
  return {
    name: `${inert(verdict.case)} › ${inert(verdict.requirement)}`,
    status: statuses[reading],
    duration: Math.max(0, Math.round(verdict.durationMs)),
    suite: [inert(report.target.role), inert(areaOf(verdict.requirement))],
    ...(reading === 'passed' ? {} : { message: messageOf(verdict) }),
    ...(told.length === 0 ? {} : { trace: told.join('\n') }),
    rawStatus: verdict.outcome,
    tags: [verdict.level],
    type: 'conformance',
    extra: { case: inert(verdict.case), requirement: inert(verdict.requirement), evidence: verdict.evidence, ...(reading === 'passed' ? {} : { ...(fix === undefined ? {} : { fix }), ...(chapter === undefined ? {} : { spec: chapter }) }) },
  }
}

function messageOf(verdict: Verdict): string {
  return verdict.outcome === 'failed' && !verdict.known ? `expected ${inert(verdict.expected)}; saw ${inert(verdict.saw)}` : `${verdict.outcome}: ${reasonOf(verdict)}`
}

function obstacleTest(report: Report): Test {
  return { name: 'the run measured the target', status: 'failed', duration: 0, suite: [inert(report.target.role), 'run'], message: verdictLine(report), rawStatus: inert(report.summary.obstacle?.code ?? 'nothing-measured') }
}

/** Zero for what is no time: a report of elsewhere may say anything. */
function epochMs(text: string): number {
  const ms = Date.parse(text)
  return Number.isFinite(ms) ? ms : 0
}
