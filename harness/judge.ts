import { requirement, requirements } from '../spec/requirements.ts'
import type { Finding } from './claim.ts'
import { applyBaseline } from './gate/apply-baseline.ts'
import type { BaselineInForce } from './gate/baseline.ts'
import { failureCode } from './gate/failure-code.ts'
import { isProvisional } from './gate/provisional.ts'
import type { Judged } from './judged.ts'
import { combined } from './merge/combine.ts'
import { isGenuine } from './merge/merge.ts'
import { partFacts } from './merge/part-facts.ts'
import { partsOf } from './merge/parts.ts'
import { planRun, type Plan, type PlannedCase, type PlannedVerdict, type SuiteIndex } from './plan.ts'
import type { Profile } from './profile/profile.ts'
import type { Report, RequirementResult, Summary, Verdict } from './report/report.ts'
import type { Role } from './role.ts'
import type { Unmet } from './roles/need.ts'
import type { ConsumerNeed } from './roles/consumer/needs.ts'
import { consumerRole } from './roles/consumer/role.ts'
import type { ConsumerSeen } from './roles/consumer/seen.ts'
import type { ConsumerStep } from './roles/consumer/vocabulary.ts'
import type { ProducerNeed } from './roles/producer/needs.ts'
import { producerRole } from './roles/producer/role.ts'
import type { ProducerSeen } from './roles/producer/seen.ts'
import type { ProducerStep } from './roles/producer/vocabulary.ts'
import type { SseClientNeed } from './roles/sse-client/needs.ts'
import { sseClientRole } from './roles/sse-client/role.ts'
import type { SseClientSeen } from './roles/sse-client/seen.ts'
import type { SseClientStep } from './roles/sse-client/vocabulary.ts'
import type { SseServerNeed } from './roles/sse-server/needs.ts'
import { sseServerRole } from './roles/sse-server/role.ts'
import type { SseServerSeen } from './roles/sse-server/seen.ts'
import type { SseServerStep } from './roles/sse-server/vocabulary.ts'
import { leavesEveryMust, leftOut } from './select.ts'
import { summarise } from './summarise.ts'
import { digestOfTranscript } from './transcript/digest.ts'
import type { EndLine, RunLine, TranscriptLine } from './transcript/line.ts'
import { worst } from './verdict.ts'

/** The suites of every role. */
export interface Suites {
  readonly consumer: SuiteIndex<ConsumerStep, ConsumerSeen, ConsumerNeed>
  readonly producer: SuiteIndex<ProducerStep, ProducerSeen, ProducerNeed>
  readonly 'sse-server': SuiteIndex<SseServerStep, SseServerSeen, SseServerNeed>
  readonly 'sse-client': SuiteIndex<SseClientStep, SseClientSeen, SseClientNeed>
}

/**
 * The report of a transcript: verdicts, summary and diagnoses, computed from what was seen and nothing else.
 *
 * `run` and `conformance judge` both call it, so a report is what its transcript says, byte for byte.
 */
export function judge(lines: readonly TranscriptLine[], suites: Suites): Report {
  const { run, end } = endsOf(lines)
  const parts = partsOf(lines)
  if (parts.length > 0 && !isGenuine(lines)) throw new TypeError('its first or last line is not what its parts make of it')
  const judged = parts.length === 0 ? judgeRun(lines, suites) : combined(parts.map(({ name, lines: own }) => ({ part: name, judged: judgeRun(own, suites) })))
  const { verdicts, ...excused } = withBaseline(judged.verdicts, run, judged)
  return {
    report: 1,
    suite: run.suite,
    target: run.target,
    run: { ...run.run, finishedAt: end.finishedAt, lagMs: end.lagMs, ...(parts.length === 0 ? {} : { parts: partFacts(lines) }) },
    summary: summarise(verdicts, resultsOf(verdicts.filter(({ provisional }) => !provisional)), judged, end.obstacle),
    requirements: resultsOf(verdicts),
    verdicts,
    exceptions: requirements.filter(({ status, role }) => status === 'exception' && role === run.target.role).map(({ id, exception }) => ({ id, reason: exception ?? '' })),
    diagnoses: judged.diagnoses,
    ...(judged.skipped.length > 0 ? { skipped: judged.skipped } : {}),
    ...excused,
    artefacts: { 'transcript.ndjson': digestOfTranscript(lines) },
  }
}

function endsOf(lines: readonly TranscriptLine[]): { readonly run: RunLine; readonly end: EndLine } {
  const run = lines.find((line): line is RunLine => line.kind === 'run')
  const end = lines.find((line): line is EndLine => line.kind === 'end')
  if (!run || !end) throw new TypeError('a transcript begins with a run line and ends with an end line')
  return { run, end }
}

/** What the transcript of one run says. */
function judgeRun(lines: readonly TranscriptLine[], suites: Suites): Judged {
  const ends = endsOf(lines)
  switch (ends.run.target.role) {
    case 'producer':
      return judgeAs(producerRole, suites.producer, lines, ends)
    case 'sse-server':
      return judgeAs(sseServerRole, suites['sse-server'], lines, ends)
    case 'sse-client':
      return judgeAs(sseClientRole, suites['sse-client'], lines, ends)
    default:
      return judgeAs(consumerRole, suites.consumer, lines, ends)
  }
}

function judgeAs<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness>(
  role: Role<Step, Seen, Need, Situation, Witness>,
  suites: SuiteIndex<Step, Seen, Need>,
  lines: readonly TranscriptLine[],
  { run, end }: { readonly run: RunLine; readonly end: EndLine },
): Judged {
  const plan = planRun(role, suites, role.situationOf(run), run.selection)
  const bench: Bench<Step, Seen, Need, Situation, Witness> = { role, plan, witnessed: role.witness(lines), obstacle: end.obstacle }
  const verdicts = plan.verdicts.map((planned) => verdictOf(planned, bench))
  return {
    verdicts,
    candidates: plan.candidates,
    skipped: leftOut(plan.candidates, run.selection),
    whole: leavesEveryMust(run.selection),
    lacking: lacking(bench),
    diagnoses: role.diagnose(verdicts, plan, bench.witnessed),
  }
}

/** The verdicts as the baseline of the run sees them. Without one nothing changes. */
function withBaseline(verdicts: readonly Verdict[], { baseline, target, run }: RunLine, { candidates }: Judged): { readonly verdicts: readonly Verdict[]; readonly baseline?: BaselineInForce } {
  if (!baseline) return { verdicts }
  const judges = (id: string, rule: string) => candidates.some((each) => each.case === id && each.requirement === rule)
  return applyBaseline(verdicts, baseline, { role: target.role, startedAt: run.startedAt, judges })
}

/** What a verdict is found on. */
interface Bench<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness> {
  readonly role: Role<Step, Seen, Need, Situation, Witness>
  readonly plan: Plan<Step, Seen, Need>
  readonly witnessed: Witness
  readonly obstacle: Summary['obstacle']
}

function verdictOf<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness>(planned: PlannedVerdict<Seen>, bench: Bench<Step, Seen, Need, Situation, Witness>): Verdict {
  const line = bench.role.caseLine(bench.witnessed, planned.case)
  const decided = decide(planned, bench)
  const outcome = decided.holds === null ? decided.outcome : decided.holds ? 'passed' : 'failed'
  const reason = decided.holds === null ? { reason: decided.reason } : {}
  const code = failureCode({ outcome, saw: decided.saw, ...reason })
  return {
    case: planned.case,
    title: bench.plan.cases.get(planned.case)?.value.title ?? '',
    requirement: planned.requirement,
    level: planned.level,
    outcome,
    evidence: (decided.holds !== null && decided.evidence) || 'wire',
    expected: decided.expected,
    saw: decided.saw,
    ...reason,
    exchanges: bench.role.evidenceOf(bench.witnessed, planned.case),
    startedMs: line?.startedMs ?? 0,
    durationMs: line ? Math.round((line.endedMs - line.startedMs) * 1000) / 1000 : 0,
    ...(code === undefined ? {} : { code }),
    ...(isProvisional(planned.requirement, bench.plan.cases.get(planned.case)?.frozenAs ?? planned.case) ? { provisional: true as const } : {}),
  }
}

/** The order of the questions is the law: nothing is judged before its ground is known to hold. */
function decide<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness>(planned: PlannedVerdict<Seen>, bench: Bench<Step, Seen, Need, Situation, Witness>): Finding {
  const { role, plan, witnessed, obstacle } = bench
  const value = plan.cases.get(planned.case)
  const expected = requirement(planned.requirement).sentence
  if (!value) return undecided('unproven', expected, 'the case is not part of this suite')
  if (value.unmet) return undecided('inapplicable', expected, value.unmet.reason)
  if (obstacle && obstacle.code !== 'died') return undecided('unproven', expected, obstacle.fact)
  const line = role.caseLine(witnessed, planned.case)
  const seen = line?.state === 'played' ? role.seen(witnessed, planned.case) : undefined
  const found = seen && planned.claim(seen)
  const failing = failingControls(value, bench)
  if (seen && found?.holds === false && role.provesItself(seen, failing.map(({ id }) => id))) return found
  const [control] = failing
  if (control) return undecided(control.outcome, expected, control.reason)
  if (line?.state === 'died') {
    return line.alone
      ? { holds: false, expected, saw: `the target stopped answering: ${line.reason ?? 'it is gone'}` }
      : undecided('unproven', expected, `the target stopped answering while several cases were in flight (${line.reason ?? 'it is gone'}); --concurrency 1 tells which`)
  }
  if (line?.state === 'over-budget') return undecided('inapplicable', expected, line.reason ?? 'it takes longer than the budget of the run')
  if (line?.state === 'not-played') return undecided('unproven', expected, line.reason ?? 'the case was not played')
  return found ?? undecided('unproven', expected, 'the case left nothing to judge')
}

interface FailingControl {
  readonly id: string
  readonly outcome: 'unproven' | 'inapplicable'
  readonly reason: string
}

/** The controls that do not allow the case to count, each with the reason. A control is trusted for its first rule. */
function failingControls<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness>(
  value: PlannedCase<Step, Seen, Need>,
  { role, plan, witnessed }: Bench<Step, Seen, Need, Situation, Witness>,
): readonly FailingControl[] {
  return value.controls.flatMap((id): readonly FailingControl[] => {
    const control = plan.cases.get(id)
    const claim = Object.values(control?.value.then ?? {})[0]
    if (!control || !claim) return [{ id, outcome: 'unproven', reason: `its control ${id} proves nothing` }]
    if (control.unmet) return []
    const line = role.caseLine(witnessed, id)
    if (line?.state === 'over-budget') return [{ id, outcome: 'inapplicable', reason: line.reason ?? 'its control takes longer than the budget of the run' }]
    const seen = role.seen(witnessed, id)
    const found = seen && claim(seen)
    if (!found) return [{ id, outcome: 'unproven', reason: `its control "${control.value.title}" was not seen` }]
    if (found.holds === true) return []
    if (found.holds === null && found.outcome === 'inapplicable') return [{ id, outcome: 'inapplicable', reason: found.reason }]
    return [{ id, outcome: 'unproven', reason: `its control "${control.value.title}" does not hold: expected ${found.expected}, saw ${found.saw}` }]
  })
}

/** What each case lacks: its own need, or more time for itself or one of its controls. */
function lacking<Step, Seen, Need extends string, Situation extends { readonly profile: Profile }, Witness>({ role, plan, witnessed }: Bench<Step, Seen, Need, Situation, Witness>): ReadonlyMap<string, { readonly unmet?: Unmet }> {
  const late = ([id]: readonly [string, unknown]) => {
    const line = role.caseLine(witnessed, id)
    return line?.state === 'over-budget' || line?.cutShort === true
  }
  const over = new Set([...plan.cases].filter(late).map(([id]) => id))
  if (over.size === 0) return plan.cases
  return new Map(
    [...plan.cases].map(([id, { unmet, controls }]) => {
      const lacks = unmet ?? ([id, ...controls].some((one) => over.has(one)) ? { reason: 'it takes longer than the budget of the run', flag: '--budget' } : undefined)
      return [id, lacks ? { unmet: lacks } : {}]
    }),
  )
}

function resultsOf(verdicts: readonly Verdict[]): readonly RequirementResult[] {
  const byId = new Map<string, Verdict[]>()
  for (const verdict of verdicts) byId.set(verdict.requirement, [...(byId.get(verdict.requirement) ?? []), verdict])
  return requirements.flatMap(({ id, level, role, sentence }) => {
    const own = byId.get(id)
    return own ? [{ id, level, role, sentence, outcome: worst(own.map(({ outcome }) => outcome)), cases: own.map((verdict) => verdict.case), ...(own.every(({ provisional }) => provisional) ? { provisional: true as const } : {}) }] : []
  })
}

function undecided(outcome: 'unproven' | 'inapplicable', expected: string, reason: string): Finding {
  return { holds: null, outcome, expected, saw: 'not judged', reason }
}
