import { HarnessError, type ErrorCode } from '../../errors.ts'
import type { Plan, PlannedCase } from '../../plan.ts'
import type { Summary } from '../../report/report.ts'
import type { ConnectionLine, ServedLine } from '../../transcript/client-line.ts'
import type { CaseLine } from '../../transcript/line.ts'
import type { RunProgress } from '../consumer/play-run.ts'
import type { SseClientNeed } from './needs.ts'
import { playSseClientCase } from './play.ts'
import { cleanEnd, oneEvent } from './role.ts'
import type { SseClientSeen } from './seen.ts'
import type { SseClientStage } from './stage.ts'
import type { SseClientStep } from './vocabulary.ts'

type SseClientPlan = Plan<SseClientStep, SseClientSeen, SseClientNeed>
type Planned = PlannedCase<SseClientStep, SseClientSeen, SseClientNeed>
type Line = ServedLine | ConnectionLine | CaseLine

interface PlayOptions {
  /** Cases side by side. */
  readonly concurrency: number
  /** The client holds no more than that. */
  readonly limited: boolean
  /** The client never ends on its own. */
  readonly steady: boolean
  readonly progress?: RunProgress
  /** Whether the control API still answers; where it does not, starts the target again if that can be done. */
  readonly revive: () => Promise<'alive' | 'started again' | 'gone'>
}

export interface PlayedSseClientRun {
  readonly lines: readonly Line[]
  readonly obstacle?: Summary['obstacle']
}

/** A case that waits this long on purpose does hardly anything else. */
const idleMs = 300

/** What a control API throws that broke off. */
const brokenControl: ReadonlySet<ErrorCode> = new Set(['bad-control', 'bad-exec'])

/**
 * Plays the cases of a plan: one event, then one reconnection, then the others side by side, the longest first; at last, one by
 * one, those that clients are known to die of.
 *
 * Where a client dies side by side, every case that was in flight is played again, alone, if the target can be started again.
 */
export async function playSseClientRun(stage: SseClientStage, plan: SseClientPlan, options: PlayOptions): Promise<PlayedSseClientRun> {
  const player = new RunPlayer(stage, plan, options)
  const baseline = [oneEvent, cleanEnd].flatMap((id) => plan.played.filter((planned) => planned.id === id))
  const rest = plan.played.filter((planned) => !baseline.includes(planned))
  options.progress?.total(plan.played.length)
  for (const planned of baseline) await player.play(planned, true)
  const obstacle = player.neverCame()
  if (obstacle) return player.result(obstacle)
  const alone = ({ value }: Planned) => !options.steady && value.alone
  const together = rest.filter((planned) => !alone(planned)).toSorted((a, b) => waitMs(b) - waitMs(a))
  // Who waits to come back holds no stream meanwhile.
  const idle = options.limited ? [] : together.filter((planned) => waitMs(planned) >= idleMs)
  await Promise.all([player.playSideBySide(idle), player.playSideBySide(together.filter((planned) => !idle.includes(planned)))])
  await player.playAgain()
  for (const planned of rest.filter((planned) => alone(planned) === true)) await player.play(planned, true)
  for (const planned of rest.filter((planned) => alone(planned) === 'last')) await player.play(planned, true)
  return player.result(player.deathNotice())
}

/** What the steps of a case wait for on purpose. */
function waitMs({ value }: Planned): number {
  return value.when.reduce((sum, step) => sum + ('afterMs' in step ? step.afterMs : 'ms' in step ? step.ms : 'quietMs' in step ? step.quietMs : 0), 0)
}

class RunPlayer {
  readonly #stage: SseClientStage
  readonly #plan: SseClientPlan
  readonly #options: PlayOptions
  readonly #lines = new Map<string, readonly Line[]>()
  /** Cases that were in flight when the target died. */
  readonly #suspects: Planned[] = []
  #gone: string | undefined
  #diedAt: string[] = []
  #reviving: Promise<'alive' | 'started again' | 'gone'> | undefined

  constructor(stage: SseClientStage, plan: SseClientPlan, options: PlayOptions) {
    this.#stage = stage
    this.#plan = plan
    this.#options = options
  }

  async playSideBySide(cases: readonly Planned[]): Promise<void> {
    const queue = [...cases]
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await this.play(next, this.#options.concurrency === 1)
    }
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency, queue.length) }, worker))
  }

  /** Those that were in flight when the target died, alone. */
  async playAgain(): Promise<void> {
    for (let next = this.#suspects.shift(); next && this.#gone === undefined; next = this.#suspects.shift()) await this.play(next, true)
  }

  async play(planned: Planned, alone: boolean): Promise<void> {
    const { clock, remainingMs, signal } = this.#stage
    const { id, label, value } = planned
    signal?.throwIfAborted()
    const startedMs = clock.elapsed()
    const end = (lines: readonly Line[], facts: Pick<CaseLine, 'state' | 'reason' | 'cutShort'>) => {
      this.#lines.set(id, [...lines, { kind: 'case', case: id, ...facts, alone, startedMs: round(startedMs), endedMs: round(clock.elapsed()) }])
      this.#options.progress?.caseEnded(id, facts.state === 'played' ? 'passed' : 'unproven')
    }
    if (this.#gone !== undefined) return end([], { state: 'not-played', reason: `the client stopped answering during ${this.#gone}` })
    if (remainingMs() <= waitMs(planned)) return end([], { state: 'over-budget', reason: 'the budget of the run was spent; --budget gives it more' })
    this.#options.progress?.caseStarted(id)
    try {
      const played = await playSseClientCase(this.#stage, id, label, value)
      if (played.refused) end(played.lines, { state: 'not-played', reason: 'the client took what it is asked for before, and refuses it now' })
      else end(played.lines, { state: 'played', ...(played.cutShort ? { cutShort: true } : {}) })
      this.#learn(planned)
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      if (!brokenControl.has(error.code)) return end([], { state: 'not-played', reason: error.message })
      await this.#broke(planned, alone, error.message, end)
    }
  }

  /** Why nothing can be judged: the client was told to connect, and never came. */
  neverCame(): Summary['obstacle'] {
    const lines = this.#lines.get(oneEvent)
    if (!lines || lines.some((line) => line.kind === 'served')) return undefined
    const ended = lines.find((line): line is CaseLine => line.kind === 'case')
    if (ended?.state === 'played') return { code: 'receiver-unreachable', fact: `the client was told to read a stream at ${this.#stage.server.origin}, and no request arrived there`, cure: 'Check that the client can reach the harness (--listen HOST:PORT and --public-url URL), and that POST connections opens the stream.' }
    return { code: 'not-connected', fact: `no stream could be opened: ${ended?.reason ?? 'nobody knows why'}`, cure: 'Make the control API answer as spec/control.md says.' }
  }

  deathNotice(): Summary['obstacle'] {
    const [first] = this.#diedAt
    if (first === undefined && this.#gone === undefined) return undefined
    const where = first ?? this.#gone ?? ''
    return { code: 'died', fact: `the client stopped answering during ${where}`, cure: first === undefined ? 'Run again with --concurrency 1, which tells the case that ends it.' : `Repeat just that with --only ${where}, mend the crash, and run again.` }
  }

  result(obstacle: Summary['obstacle']): PlayedSseClientRun {
    return { lines: this.#plan.played.flatMap(({ id }) => this.#lines.get(id) ?? []), ...(obstacle ? { obstacle } : {}) }
  }

  async #broke(planned: Planned, alone: boolean, reason: string, end: (lines: readonly Line[], facts: Pick<CaseLine, 'state' | 'reason'>) => void): Promise<void> {
    // One revival at a time, whoever notices first.
    this.#reviving ??= this.#options.revive().finally(() => (this.#reviving = undefined))
    const state = await this.#reviving
    if (state === 'gone') {
      this.#gone ??= planned.id
      if (alone) this.#diedAt.push(planned.id)
      return end([], { state: 'died', reason })
    }
    if (alone && state === 'started again') {
      this.#diedAt.push(planned.id)
      return end([], { state: 'died', reason })
    }
    if (alone) return end([], { state: 'not-played', reason })
    this.#suspects.push(planned)
  }

  /** How long after the end of a stream the client comes back: what later cases wait by. */
  #learn({ id, value }: Planned): void {
    if (id !== cleanEnd) return
    const [first, second] = (this.#lines.get(id) ?? []).filter((line): line is ServedLine => line.kind === 'served')
    const told = value.when.reduce((sum, step) => (step.do === 'await-requests' ? Math.max(sum, step.afterMs) : sum), 0)
    if (first?.endingMs !== undefined) this.#stage.patience.learn(second === undefined ? 'never' : Math.max(0, second.arrivedMs - first.endingMs - told))
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
