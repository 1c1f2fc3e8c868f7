import { requirement, requirements } from '../spec/requirements.ts'
import type { Finding } from './claim.ts'
import { diagnose } from './diagnose.ts'
import { planRun, type Plan, type PlannedCase, type PlannedVerdict, type SuiteIndex } from './plan.ts'
import type { Report, RequirementResult, Verdict } from './report/report.ts'
import { baselineCases, consumerSeen, witness, type Witness } from './roles/consumer/role.ts'
import type { ConsumerSeen } from './roles/consumer/seen.ts'
import { summarise } from './summarise.ts'
import type { EndLine, RunLine, TranscriptLine } from './transcript/line.ts'
import { worst } from './verdict.ts'

/**
 * The report of a transcript: verdicts, summary and diagnoses, computed from what was seen and nothing else.
 *
 * `run` and `conformance judge` both call it, so a report is what its transcript says, byte for byte.
 */
export function judge(lines: readonly TranscriptLine[], suites: SuiteIndex): Report {
  const run = lines.find((line): line is RunLine => line.kind === 'run')
  const end = lines.find((line): line is EndLine => line.kind === 'end')
  if (!run || !end) throw new TypeError('a transcript begins with a run line and ends with an end line')
  const situation = { profile: run.profile, clock: run.run.clock, ...run.offers }
  const plan = planRun(suites, run.profile, situation, run.selection)
  const witnessed = witness(lines)
  const verdicts = plan.verdicts.map((planned) => verdictOf(planned, plan, witnessed))
  const results = resultsOf(verdicts)
  return {
    report: 1,
    suite: run.suite,
    target: run.target,
    run: { ...run.run, finishedAt: end.finishedAt, lagMs: end.lagMs },
    summary: summarise(verdicts, results, plan, run.selection, end.obstacle),
    requirements: results,
    verdicts,
    exceptions: requirements.filter(({ status, role }) => status === 'exception' && role === run.target.role).map(({ id, exception }) => ({ id, reason: exception ?? '' })),
    diagnoses: diagnose(verdicts, plan, witnessed),
  }
}

function verdictOf(planned: PlannedVerdict, plan: Plan, witnessed: Witness): Verdict {
  const line = witnessed.cases.get(planned.case)
  const value = plan.cases.get(planned.case)
  const decided = decide(planned, plan, witnessed)
  return {
    case: planned.case,
    title: value?.value.title ?? '',
    requirement: planned.requirement,
    level: planned.level,
    outcome: decided.holds === null ? decided.outcome : decided.holds ? 'passed' : 'failed',
    evidence: (decided.holds !== null && decided.evidence) || 'wire',
    expected: decided.expected,
    saw: decided.saw,
    ...(decided.holds === null ? { reason: decided.reason } : {}),
    exchanges: (witnessed.exchanges.get(planned.case) ?? []).map(({ id }) => id),
    startedMs: line?.startedMs ?? 0,
    durationMs: line ? Math.round((line.endedMs - line.startedMs) * 1000) / 1000 : 0,
  }
}

/** The order of the questions is the law: nothing is judged before its ground is known to hold. */
function decide(planned: PlannedVerdict, plan: Plan, witnessed: Witness): Finding {
  const value = plan.cases.get(planned.case)
  const expected = requirement(planned.requirement).sentence
  if (!value) return undecided('unproven', expected, 'the case is not part of this suite')
  if (value.unmet) return undecided('inapplicable', expected, value.unmet.reason)
  const line = witnessed.cases.get(planned.case)
  const seen = line?.state === 'played' ? consumerSeen(witnessed, planned.case) : undefined
  const found = seen && planned.claim(seen)
  const failing = failingControls(value, plan, witnessed)
  if (seen && found?.holds === false && provesItself(seen, failing)) return found
  const [control] = failing
  if (control) return undecided(control.outcome, expected, control.reason)
  if (line?.state === 'died') {
    return line.alone
      ? { holds: false, expected, saw: `the target stopped answering: ${line.reason ?? 'it is gone'}` }
      : undecided('unproven', expected, `the target stopped answering while several cases were in flight (${line.reason ?? 'it is gone'}); --concurrency 1 tells which`)
  }
  if (line?.state === 'over-budget') return undecided('inapplicable', expected, line.reason ?? 'it takes longer than the budget of the run')
  if (line?.state === 'not-played') return undecided('unproven', expected, line.reason ?? 'the case was not played')
  return found ?? undecided('unproven', expected, 'the case left no exchange')
}

interface FailingControl {
  readonly id: string
  readonly outcome: 'unproven' | 'inapplicable'
  readonly reason: string
}

/**
 * Whether a failure needs no control: a control guards the green.
 *
 * An acceptance of what must be refused is its own witness. A refusal of what must be accepted is one unless the target
 * refuses an untouched delivery, too: then that rule has failed already.
 */
function provesItself(seen: ConsumerSeen, failing: readonly FailingControl[]): boolean {
  if (failing.length === 0) return true
  if (seen.reply.status === undefined) return false
  if (failing.every(({ id }) => id === baselineCases.forged)) return true
  return failing.every(({ id }) => id === baselineCases.untouched) && seen.replies.length === 1 && seen.reply.meaning === 'accepted'
}

/** The controls that do not allow the case to count, each with the reason. A control is trusted for its first rule. */
function failingControls(value: PlannedCase, plan: Plan, witnessed: Witness): readonly FailingControl[] {
  return value.controls.flatMap((id): readonly FailingControl[] => {
    const control = plan.cases.get(id)
    const claim = Object.values(control?.value.then ?? {})[0]
    if (!control || !claim) return [{ id, outcome: 'unproven', reason: `its control ${id} proves nothing` }]
    if (control.unmet) return []
    const seen = consumerSeen(witnessed, id)
    const found = seen && claim(seen)
    if (!found) return [{ id, outcome: 'unproven', reason: `its control "${control.value.title}" was not seen` }]
    if (found.holds === true) return []
    if (found.holds === null && found.outcome === 'inapplicable') return [{ id, outcome: 'inapplicable', reason: found.reason }]
    return [{ id, outcome: 'unproven', reason: `its control "${control.value.title}" does not hold: expected ${found.expected}, saw ${found.saw}` }]
  })
}

function resultsOf(verdicts: readonly Verdict[]): readonly RequirementResult[] {
  const byId = new Map<string, Verdict[]>()
  for (const verdict of verdicts) byId.set(verdict.requirement, [...(byId.get(verdict.requirement) ?? []), verdict])
  return requirements.flatMap(({ id, level, role, sentence }) => {
    const own = byId.get(id)
    return own ? [{ id, level, role, sentence, outcome: worst(own.map(({ outcome }) => outcome)), cases: own.map((verdict) => verdict.case) }] : []
  })
}

function undecided(outcome: 'unproven' | 'inapplicable', expected: string, reason: string): Finding {
  return { holds: null, outcome, expected, saw: 'not judged', reason }
}
