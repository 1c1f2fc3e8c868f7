import { HarnessError } from '../../errors.ts'
import type { Plan, PlannedCase } from '../../plan.ts'
import type { Summary } from '../../report/report.ts'
import type { AttemptLine, CaseLine, EmissionLine, EndpointLine, ExchangeLine } from '../../transcript/line.ts'
import type { RunProgress } from '../consumer/play-run.ts'
import { attemptLine } from './attempt-line.ts'
import type { ProducerNeed } from './needs.ts'
import { playProducerCase, type ProducerStage } from './play.ts'
import { firstDelivery } from './role.ts'
import type { ProducerSeen } from './seen.ts'
import type { ProducerStep } from './vocabulary.ts'
import { elsewhere } from './witness.ts'

type ProducerPlan = Plan<ProducerStep, ProducerSeen, ProducerNeed>
type ProducerPlannedCase = PlannedCase<ProducerStep, ProducerSeen, ProducerNeed>
type Line = AttemptLine | EmissionLine | EndpointLine | ExchangeLine | CaseLine

interface PlayOptions {
  readonly progress?: RunProgress
  /** The target may live where this machine cannot be reached. */
  readonly remote: boolean
}

/**
 * Plays the cases of a plan: one delivery first, then all side by side on endpoints of their own, before or after them those
 * that want to be alone. Each group begins once every case before it has ended or does nothing but watch: then nothing else is asked of
 * the target and nothing else is due, and wall time is that of the longest schedule and little more.
 */
export async function playProducerRun(stage: ProducerStage, plan: ProducerPlan, options: PlayOptions): Promise<{ readonly lines: readonly Line[]; readonly obstacle?: Summary['obstacle'] }> {
  const lines = new Map<string, readonly Line[]>()
  options.progress?.total(plan.played.length)
  const play = (planned: ProducerPlannedCase, alone: boolean): Promise<() => readonly Line[]> => {
    const { resting, rests } = restSignal()
    const played = playOne(stage, planned, alone, options, rests)
    const kept = played.then((own) => lines.set(planned.id, own))
    // Whoever awaits the group hears of the first that fails; the others fail of the same.
    kept.catch(() => {})
    ended.push(kept)
    return Promise.race([resting, played.then((own) => () => own)])
  }
  const ended: Promise<unknown>[] = []
  const first = plan.played.find(({ id }) => id === firstDelivery)
  const soFar = first ? (await play(first, true))() : []
  const obstacle = obstacleIn(soFar, stage, options.remote)
  const delivers = soFar.some((line) => line.kind === 'attempt')
  if (!obstacle && (delivers || !first)) {
    const rest = plan.played.filter(({ id }) => id !== firstDelivery)
    for (const planned of rest.filter(({ value }) => value.alone === 'first')) await play(planned, true)
    await Promise.all(rest.filter(({ value }) => !value.alone).map((planned) => play(planned, false)))
    for (const planned of rest.filter(({ value }) => value.alone && value.alone !== 'first')) await play(planned, true)
  }
  await Promise.all(ended)
  for (const line of strayLines(stage, plan)) lines.set(line.case, [...(lines.get(line.case) ?? []), line])
  return { lines: plan.played.flatMap(({ id }) => lines.get(id) ?? []), ...(obstacle ? { obstacle } : {}) }
}

async function playOne(stage: ProducerStage, { id, label, value }: ProducerPlannedCase, alone: boolean, { progress }: PlayOptions, rests: (soFar: () => readonly Line[]) => void): Promise<readonly Line[]> {
  const { clock, remainingMs, signal } = stage
  signal?.throwIfAborted()
  const startedMs = round(clock.elapsed())
  const end = (facts: Pick<CaseLine, 'state' | 'reason' | 'cutShort'>): CaseLine => ({ kind: 'case', case: id, ...facts, alone, startedMs, endedMs: round(clock.elapsed()) })
  if (remainingMs() <= 0) return [end({ state: 'over-budget', reason: 'the budget of the run was spent; --budget gives it more' })]
  progress?.caseStarted(id)
  try {
    const played = await playProducerCase(stage, id, label, value, (soFar) => rests(() => soFar().lines))
    progress?.caseEnded(id, 'passed')
    return [...played.lines, end({ state: 'played', ...(played.cutShort ? { cutShort: true } : {}) })]
  } catch (error) {
    progress?.caseEnded(id, 'unproven')
    if (error instanceof HarnessError) return [end({ state: 'not-played', reason: error.message })]
    throw error
  }
}

/** Resolves when a case says that it rests, with what tells its lines so far. */
function restSignal(): { readonly resting: Promise<() => readonly Line[]>; readonly rests: (soFar: () => readonly Line[]) => void } {
  let tell: ((soFar: () => readonly Line[]) => void) | undefined
  const resting = new Promise<() => readonly Line[]>((resolve) => (tell = resolve))
  return { resting, rests: (soFar) => tell?.(soFar) }
}

/** Why nothing can be judged: the target took the event over, and nothing of it can reach this receiver. */
function obstacleIn(lines: readonly Line[], { capture, redact }: ProducerStage, remote: boolean): Summary['obstacle'] {
  const refused = lines.find((line): line is EndpointLine => line.kind === 'endpoint' && line.refused !== undefined)
  if (refused) return { code: 'not-registered', fact: `no endpoint could be registered: ${redact(refused.refused ?? '')}`, cure: 'Check the registration API of the profile, --header for credentials, or offer POST subscriptions in the control API.' }
  const failed = lines.find((line): line is EmissionLine => line.kind === 'emission' && !line.accepted)
  if (failed) return { code: 'not-triggered', fact: `the target could not be made to emit: ${redact(failed.detail ?? 'it refused')}`, cure: 'Offer POST events in the control API, or name a command with --trigger.' }
  if (remote && !lines.some((line) => line.kind === 'attempt')) {
    return { code: 'receiver-unreachable', fact: `the target took the event over, and nothing arrived at ${capture.origin}`, cure: 'Make this receiver reachable for the target: --listen HOST:PORT and --public-url URL.' }
  }
  return undefined
}

/** Requests to the URL that redirects name, as attempts of the case whose redirect it was. */
function strayLines(stage: ProducerStage, plan: ProducerPlan): readonly AttemptLine[] {
  const byLabel = new Map([...plan.cases.values()].map(({ id, label }) => [label, id]))
  return stage.capture.strays.flatMap((attempt, index) => {
    const label = /\/elsewhere\/(x\d+)/.exec(attempt.target)?.[1]
    const id = label === undefined ? undefined : byLabel.get(label)
    if (id === undefined) return []
    return [attemptLine(stage, attempt, { id: `${label ?? ''}.e${index + 1}`, case: id, endpoint: elsewhere, url: `${stage.capture.origin}${attempt.target}`, secret: '', otherSecrets: [] })]
  })
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
