import type { Plan, PlannedCase } from '../../plan.ts'
import type { ConsumerNeed } from './needs.ts'
import { HarnessError, type ErrorCode } from '../../errors.ts'
import type { Summary } from '../../report/report.ts'
import type { CaseLine, EffectsLine, ExchangeLine } from '../../transcript/line.ts'
import type { Outcome } from '../../verdict.ts'
import { readEffectsOnceSettled } from './effects.ts'
import { playConsumerCase, type ConsumerStage } from './play.ts'
import { meaningOf, type ConsumerSeen } from './seen.ts'
import type { ConsumerStep } from './vocabulary.ts'
import { baselineCases } from './witness.ts'

/** A control API that breaks off makes cases unproven; the run goes on. */
const unusableControl: ReadonlySet<ErrorCode> = new Set(['bad-control', 'bad-exec'])

type ConsumerPlan = Plan<ConsumerStep, ConsumerSeen, ConsumerNeed>
type ConsumerPlannedCase = PlannedCase<ConsumerStep, ConsumerSeen, ConsumerNeed>

/** What a run tells while it runs. */
export interface RunProgress {
  total(n: number): void
  caseStarted(id: string): void
  caseEnded(id: string, outcome: Outcome): void
}

export interface PlayedRun {
  /** Exchanges, cases and effects in the order of the plan. */
  readonly lines: readonly (ExchangeLine | CaseLine | EffectsLine)[]
  readonly obstacle?: Summary['obstacle']
}

interface PlayOptions {
  /** Cases in flight at once; as the target's speed allows when left out. */
  readonly concurrency?: number
  readonly progress?: RunProgress
  /** Effects can be read at the end. */
  readonly effects: boolean
}

/** A target whose answers come within this many milliseconds can be asked one question at a time. */
const fastMs = 100

/**
 * Plays the cases of a plan: an untouched and a forged delivery first, then all others, last those that targets die of.
 *
 * A fast target is asked one thing at a time, so that a death has one cause; the cases that wait for something then follow
 * side by side. With a slow one all are side by side but those that want to be alone. What cannot count is not sent: after
 * an untouched delivery that is refused only the cases that tell why are played.
 */
export async function playRun(stage: ConsumerStage, plan: ConsumerPlan, options: PlayOptions): Promise<PlayedRun> {
  const player = new RunPlayer(stage, plan, options)
  const baseline = new Set<string>(Object.values(baselineCases))
  const first = plan.played.filter(({ id, value }) => baseline.has(id) && value.alone !== 'last')
  options.progress?.total(plan.played.length)
  await player.playSideBySide(first)
  const obstacle = player.obstacleIn(first)
  if (obstacle) return player.result(obstacle)
  const untouched = player.lastExchange(baselineCases.untouched)
  const accepted = meaningOf(untouched?.reply?.status, stage.sender.profile) === 'accepted'
  const rest = plan.played.filter(({ id, value }) => !first.some((one) => one.id === id) && (accepted || value.diagnostic || baseline.has(id)))
  const oneByOne = options.concurrency === undefined && stage.clock.kind !== 'virtual' && first.every(({ id }) => answeredWithin(player.lastExchange(id), fastMs))
  const last = rest.filter(({ value }) => value.alone === 'last')
  const asked = rest.filter(({ value }) => value.alone !== 'last')
  const together = asked.filter(({ value }) => (oneByOne ? !isBrief(value) : !value.alone))
  const inTurn = asked.filter((planned) => !together.includes(planned))
  if (oneByOne) for (const planned of inTurn) await player.play(planned)
  // The longest waits begin first, so that the run takes as long as the longest and not their sum.
  await player.playSideBySide(together.toSorted((a, b) => waitMs(b) - waitMs(a)))
  if (!oneByOne) for (const planned of inTurn) await player.play(planned)
  // What a target tells before it dies of the last cases counts; what it tells after them replaces it.
  if (options.effects && last.length > 0) await player.readEffects()
  for (const planned of last) await player.play(planned)
  if (options.effects) await player.readEffects()
  return player.result(player.deathNotice())
}

function answeredWithin(line: ExchangeLine | undefined, ms: number): boolean {
  return line?.repliedMs !== undefined && line.repliedMs - line.startedMs <= ms
}

/** Nothing but deliveries, one after the other: it takes as long as its answers. */
function isBrief({ when, alone }: ConsumerPlannedCase['value']): boolean {
  return alone === true || when.every((step) => step.do === 'deliver')
}

/** Declared milliseconds that a case waits by itself. */
function waitMs({ value }: ConsumerPlannedCase): number {
  return value.when.reduce((sum, step) => sum + (step.do === 'elapse' ? step.ms : 0), 0)
}

class RunPlayer {
  readonly #stage: ConsumerStage
  readonly #plan: ConsumerPlan
  readonly #options: PlayOptions
  readonly #lines = new Map<string, readonly (ExchangeLine | CaseLine)[]>()
  #effects: EffectsLine | undefined
  /** The case during which the target died. */
  #diedIn: string | undefined
  #inFlight = 0
  #slowestEffectMs = 0

  constructor(stage: ConsumerStage, plan: ConsumerPlan, options: PlayOptions) {
    this.#stage = { ...stage, effectShown: (afterMs) => (this.#slowestEffectMs = Math.max(this.#slowestEffectMs, afterMs)) }
    this.#plan = plan
    this.#options = options
  }

  async playSideBySide(cases: readonly ConsumerPlannedCase[]): Promise<void> {
    const queue = [...cases]
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await this.play(next)
    }
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency ?? 8, queue.length) }, worker))
  }

  async play(planned: ConsumerPlannedCase): Promise<void> {
    const { clock, remainingMs, signal } = this.#stage
    signal?.throwIfAborted()
    const startedMs = clock.elapsed()
    if (this.#diedIn === undefined && remainingMs() <= 0 && this.#stage.pace.throttled) {
      return this.#end(planned, [], { state: 'over-budget', reason: 'the pauses that the target asked for by 429 spent the budget of the run; --budget gives it more', alone: false }, startedMs)
    }
    const skip = this.#diedIn !== undefined ? `the target stopped answering during ${this.#diedIn}` : remainingMs() <= 0 ? 'the budget of the run was spent; --budget gives it more' : undefined
    if (skip) return this.#end(planned, [], { state: 'not-played', reason: skip, alone: false }, startedMs)
    const realWaitMs = clock.kind === 'virtual' ? 0 : waitMs(planned) / clock.scale
    if (realWaitMs > remainingMs()) {
      const reason = `needs ${Math.ceil(realWaitMs / 1000)} s, and the budget leaves ${Math.max(0, Math.floor(remainingMs() / 1000))} s`
      return this.#end(planned, [], { state: 'over-budget', reason, alone: false }, startedMs)
    }
    this.#options.progress?.caseStarted(planned.id)
    this.#inFlight += 1
    let alone = this.#inFlight === 1
    try {
      let played = await playConsumerCase(this.#stage, planned.id, planned.label, planned.value)
      if (played.overBudget !== undefined) return this.#end(planned, played.exchanges, { state: 'over-budget', reason: played.overBudget, alone: false }, startedMs)
      alone &&= this.#inFlight === 1
      let state: CaseLine['state'] = 'played'
      let reason: string | undefined
      if (played.broke && planned.id !== baselineCases.untouched) {
        const before = played.exchanges.map((line) => ({ ...line, superseded: true }))
        reason = played.exchanges.findLast(({ fault }) => fault)?.detail
        if (await this.#answers()) {
          const again = await playConsumerCase(this.#stage, planned.id, `${planned.label}b`, planned.value)
          played = { ...again, exchanges: [...before, ...again.exchanges] }
          if (again.overBudget !== undefined) return this.#end(planned, played.exchanges, { state: 'over-budget', reason: again.overBudget, alone: false }, startedMs)
          if (again.broke && !(await this.#answers())) state = 'died'
        } else state = 'died'
        if (state === 'died') this.#diedIn ??= planned.id
      }
      this.#end(planned, played.exchanges, { state, alone, ...(reason && state === 'died' ? { reason } : {}) }, startedMs)
    } catch (error) {
      if (!(error instanceof HarnessError) || !unusableControl.has(error.code)) throw error
      this.#end(planned, [], { state: 'not-played', reason: error.message, alone: false }, startedMs)
    } finally {
      this.#inFlight -= 1
    }
  }

  /** Whether an untouched delivery still gets an answer: asked twice before a target is called dead. */
  async #answers(): Promise<boolean> {
    const control = this.#plan.cases.get(baselineCases.untouched)
    if (!control) return true
    for (const attempt of [1, 2]) {
      const { exchanges } = await playConsumerCase(this.#stage, 'probe', `probe${attempt}`, control.value)
      if (exchanges.some(({ reply }) => reply !== undefined)) return true
      if (attempt === 1) await this.#stage.clock.sleep(100, this.#stage.signal)
    }
    return false
  }

  async readEffects(): Promise<void> {
    const { control, sender } = this.#stage
    if (!control || this.#diedIn !== undefined) return
    const acknowledged = new Set<string>()
    const sent = new Set<string>()
    for (const line of [...this.#lines.values()].flat()) {
      if (line.kind !== 'exchange') continue
      for (const id of line.ids) sent.add(id)
      if (meaningOf(line.reply?.status, sender.profile) === 'accepted') for (const id of line.ids.slice(0, 1)) acknowledged.add(id)
    }
    const effects = await readEffectsOnceSettled(control, { ...this.#stage, slowestMs: this.#slowestEffectMs }, { sent, acknowledged }).catch((error: unknown) => {
      if (error instanceof HarnessError && unusableControl.has(error.code)) return undefined
      throw error
    })
    if (effects) this.#effects = { kind: 'effects', effects }
  }

  lastExchange(id: string): ExchangeLine | undefined {
    return this.#lines.get(id)?.findLast((line): line is ExchangeLine => line.kind === 'exchange' && !line.superseded)
  }

  /** Why nothing can be measured, when no delivery of the baseline was answered. */
  obstacleIn(cases: readonly ConsumerPlannedCase[]): Summary['obstacle'] {
    const last = cases.map(({ id }) => this.lastExchange(id)).filter((line) => line !== undefined)
    if (last.some(({ reply }) => reply !== undefined)) return undefined
    const first = last[0]
    if (!first) return { code: 'budget', fact: 'the budget of the run was spent before anything was sent', cure: 'Give it more with --budget.' }
    const { url } = this.#stage.sender
    const where = this.#stage.redact(url)
    switch (first.fault) {
      case 'refused':
      case 'unreachable':
        return { code: 'unreachable', fact: `nothing can be reached at ${where}: ${first.detail ?? first.fault}`, cure: 'Start the target, or correct --target.' }
      case 'timeout':
        return { code: 'silent', fact: `the target at ${where} took the deliveries and answered none of them in time`, cure: 'Check that --target is the URL of the receiver and that it answers; --budget gives it more time.' }
      default:
        return { code: 'not-http', fact: `what answers at ${where} does not speak HTTP/1.1: ${first.detail ?? 'the connection ended without a status line'}`, cure: 'Check host, port and scheme (http or https) of --target.' }
    }
  }

  deathNotice(): Summary['obstacle'] {
    if (this.#diedIn === undefined) return undefined
    return {
      code: 'died',
      fact: `the target stopped answering during ${this.#diedIn}`,
      cure: `Repeat just that with --only ${this.#diedIn}, mend the crash, and run again.`,
    }
  }

  result(obstacle: Summary['obstacle']): PlayedRun {
    const lines = this.#plan.played.flatMap(({ id }) => this.#lines.get(id) ?? [])
    return { lines: [...lines, ...(this.#effects ? [this.#effects] : [])], ...(obstacle ? { obstacle } : {}) }
  }

  #end(planned: ConsumerPlannedCase, exchanges: readonly ExchangeLine[], facts: Pick<CaseLine, 'state' | 'reason' | 'alone'>, startedMs: number): void {
    this.#lines.set(planned.id, [...exchanges, { kind: 'case', case: planned.id, ...facts, startedMs: round(startedMs), endedMs: round(this.#stage.clock.elapsed()) }])
    this.#options.progress?.caseEnded(planned.id, facts.state === 'played' ? 'passed' : 'unproven')
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
