import { HarnessError } from '../../errors.ts'
import { exchange } from '../../http/client.ts'
import type { Plan, PlannedCase } from '../../plan.ts'
import type { Summary } from '../../report/report.ts'
import type { CaseLine } from '../../transcript/line.ts'
import type { SseServerLine, StreamLine } from '../../transcript/stream-line.ts'
import type { RunProgress } from '../consumer/play-run.ts'
import { questionBytes } from './ask.ts'
import type { SseServerNeed } from './needs.ts'
import { playSseServerCase } from './play.ts'
import { rounded } from './publisher.ts'
import { baselineCases } from './role.ts'
import type { SseServerSeen } from './seen.ts'
import type { SseServerStage } from './stage.ts'
import type { SseServerStep } from './vocabulary.ts'

type SseServerPlan = Plan<SseServerStep, SseServerSeen, SseServerNeed>
type SseServerPlannedCase = PlannedCase<SseServerStep, SseServerSeen, SseServerNeed>
type Line = SseServerLine | CaseLine

interface PlayOptions {
  /** Cases in flight at once. Default 8. */
  readonly concurrency?: number
  readonly progress?: RunProgress
}

export interface PlayedSseServerRun {
  readonly lines: readonly Line[]
  readonly obstacle?: Summary['obstacle']
}

/**
 * Plays the cases of a plan: first whether there is a stream and events arrive on it, then all that only read and publish,
 * side by side; then, one after the other, those that change the server or need it to be silent.
 *
 * Where the harness cannot publish nothing is changed, and all are side by side.
 */
export async function playSseServerRun(stage: SseServerStage, plan: SseServerPlan, options: PlayOptions): Promise<PlayedSseServerRun> {
  const player = new RunPlayer(stage, plan, options)
  options.progress?.total(plan.played.length)
  const baseline = new Set<string>(Object.values(baselineCases))
  for (const planned of plan.played.filter(({ id }) => baseline.has(id))) await player.play(planned)
  const obstacle = player.unreachable()
  if (obstacle) return player.result(obstacle)
  const rest = plan.played.filter(({ id, value }) => !baseline.has(id) && (player.delivers || ![value.needs].flat().includes('publishes')))
  const alone = (planned: SseServerPlannedCase) => planned.value.alone !== undefined && stage.publish !== undefined
  await player.playSideBySide(rest.filter((planned) => !alone(planned)))
  for (const planned of rest.filter(alone)) await player.play(planned)
  return player.result(player.deathNotice())
}

class RunPlayer {
  readonly #stage: SseServerStage
  readonly #plan: SseServerPlan
  readonly #options: PlayOptions
  readonly #lines = new Map<string, readonly Line[]>()
  #diedIn: string | undefined
  #inFlight = 0

  constructor(stage: SseServerStage, plan: SseServerPlan, options: PlayOptions) {
    this.#stage = stage
    this.#plan = plan
    this.#options = options
  }

  /** Something that was published arrived; true as long as nothing was tried. */
  get delivers(): boolean {
    const lines = this.#lines.get(baselineCases.live)
    return lines === undefined || lines.some((line) => line.kind === 'stream' && line.blocks.some(({ own }) => own !== undefined))
  }

  async playSideBySide(cases: readonly SseServerPlannedCase[]): Promise<void> {
    const queue = [...cases]
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await this.play(next)
    }
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency ?? 8, queue.length) }, worker))
  }

  async play(planned: SseServerPlannedCase): Promise<void> {
    const { clock, remainingMs, signal } = this.#stage
    signal?.throwIfAborted()
    const startedMs = clock.elapsed()
    if (this.#diedIn !== undefined) return this.#end(planned, [], { state: 'not-played', reason: `the target stopped answering during ${this.#diedIn}`, alone: false }, startedMs)
    if (remainingMs() <= 0) return this.#end(planned, [], { state: 'over-budget', reason: 'the budget of the run was spent; --budget gives it more', alone: false }, startedMs)
    this.#options.progress?.caseStarted(planned.id)
    this.#inFlight += 1
    let alone = this.#inFlight === 1
    try {
      const { lines, stuck, broke } = await playSseServerCase(this.#stage, planned.id, planned.label, planned.value)
      alone &&= this.#inFlight === 1
      if (broke && !(await this.#answers())) {
        this.#diedIn ??= planned.id
        return this.#end(planned, lines, { state: 'died', reason: brokenBy(lines), alone }, startedMs)
      }
      this.#end(planned, lines, stuck === undefined ? { state: 'played', alone } : { state: 'not-played', reason: stuck, alone }, startedMs)
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      this.#end(planned, [], { state: 'not-played', reason: error.message, alone: false }, startedMs)
    } finally {
      this.#inFlight -= 1
    }
  }

  /** Why nothing can be judged: nobody answers at the target's URL. */
  unreachable(): Summary['obstacle'] {
    const { url, redact } = this.#stage
    const first = [...this.#lines.values()].flat().find((line): line is StreamLine => line.kind === 'stream')
    if (first === undefined || first.status !== undefined) return undefined
    const where = redact(url)
    if (first.fault === undefined) return { code: 'silent', fact: `the target at ${where} took the request and answered nothing within ${Math.round((first.endedMs - first.startedMs) / 1000)} s`, cure: 'Check that --target is the URL of a stream; where a server answers with its first event only, let one be published: --control URL or --trigger COMMAND.' }
    this.#diedIn = undefined
    if (first.fault === 'refused' || first.fault === 'unreachable') return { code: 'unreachable', fact: `nothing can be reached at ${where}: ${first.detail ?? first.fault}`, cure: 'Start the target, or correct --target.' }
    return { code: 'not-http', fact: `what answers at ${where} does not speak HTTP/1.1: ${first.detail ?? first.fault ?? ''}`, cure: 'Check host, port and scheme (http or https) of --target.' }
  }

  deathNotice(): Summary['obstacle'] {
    if (this.#diedIn === undefined) return undefined
    return { code: 'died', fact: `the target stopped answering during ${this.#diedIn}`, cure: `Repeat just that with --only ${this.#diedIn}, mend the crash, and run again.` }
  }

  result(obstacle: Summary['obstacle']): PlayedSseServerRun {
    return { lines: this.#plan.played.flatMap(({ id }) => this.#lines.get(id) ?? []), ...(obstacle ? { obstacle } : {}) }
  }

  /** Whether a request for a stream still gets an answer, or at least a connection: asked twice before a target is called dead. */
  async #answers(): Promise<boolean> {
    for (const attempt of [1, 2]) {
      const { reply, fault } = await exchange(questionBytes(this.#stage, {}), { deadlineMs: 2000, bodyMs: 1, maxReplyBytes: 1 }, this.#stage.clock, this.#stage.signal)
      // A server may keep its headers back until there is an event.
      if (reply !== undefined || fault === 'timeout') return true
      if (attempt === 1) await this.#stage.clock.sleep(100, this.#stage.signal)
    }
    return false
  }

  #end(planned: SseServerPlannedCase, lines: readonly SseServerLine[], facts: Pick<CaseLine, 'state' | 'reason' | 'alone'>, startedMs: number): void {
    this.#lines.set(planned.id, [...lines, { kind: 'case', case: planned.id, ...facts, startedMs: rounded(startedMs), endedMs: rounded(this.#stage.clock.elapsed()) }])
    this.#options.progress?.caseEnded(planned.id, facts.state === 'played' ? 'passed' : 'unproven')
  }
}

function brokenBy(lines: readonly SseServerLine[]): string {
  const stream = lines.find((line): line is StreamLine => line.kind === 'stream' && line.fault !== undefined)
  return stream?.detail ?? 'its connections broke'
}
