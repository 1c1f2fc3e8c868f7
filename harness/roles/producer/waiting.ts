import type { Clock } from '../../clock/clock.ts'
import type { CapturedAttempt } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'
import type { ProducerStep } from './vocabulary.ts'

/** What says how long a case may be stayed with. */
export interface Patience {
  readonly profile: Profile
  readonly clock: Clock
  /** Longest exchange of the target, scaled with its policy, in milliseconds. */
  readonly timeoutMs: number
  /** Real milliseconds that are left of the budget of the run. */
  readonly remainingMs: () => number
  /**
   * Real milliseconds at most that a finished schedule is watched for one attempt more. Infinite where time costs nothing
   * or the user has given the run its budget; see `briefWatchMs`.
   */
  readonly longestWatchMs: number
  readonly signal?: AbortSignal
}

/** Attempts that are waited for. */
interface Awaited {
  /** Somebody else's attempt is kept waiting for its answer now. */
  readonly heldUp?: () => boolean
  /** Of the case's own events, so far. */
  readonly arrived: () => number
  readonly count: number | 'all'
  /** Events that the case has emitted. */
  readonly emitted: number
  /** Declared milliseconds after which the next one is due, where no delay of the schedule says so. */
  readonly dueMs?: number
  /** The next attempt at the endpoint, whatever it carries. */
  readonly next: (ms: number, signal?: AbortSignal) => Promise<CapturedAttempt | undefined>
}

type Span = Extract<ProducerStep, { do: 'watch' }>['ms']

/** Real milliseconds for which the end of a schedule is watched when nobody has said what the run may cost. */
export const briefWatchMs = 1000
/** Real milliseconds that an attempt which is due at once may take, on a machine that is busy. */
const slackMs = 4000
/** How often a sender is waited for once more that may be held up by another endpoint: doing one thing after the other is late, not lost. */
const heldUpRounds = 4
/** Real milliseconds that are watched for what should not come at once. */
const momentMs = 400

/** The waiting of one case: no longer than the declared schedule explains, and no longer than the run may last. */
export class Waiting {
  readonly #patience: Patience
  #cutShort = false

  constructor(patience: Patience) {
    this.#patience = patience
  }

  /** The case was left before everything that it waited for had the time to come. */
  get cutShort(): boolean {
    return this.#cutShort
  }

  /** Waits until that many attempts have arrived, or the declared schedule no longer explains the silence. */
  async forAttempts({ arrived, count: wanted, emitted, dueMs = 0, heldUp = () => false, next }: Awaited): Promise<void> {
    const { profile, signal } = this.#patience
    let roundsLeft = heldUpRounds
    const schedule = profile.delivery?.retry?.delaysMs ?? []
    const count = wanted === 'all' ? schedule.length + 1 : wanted
    while (arrived() < count) {
      const seen = arrived()
      const step = Math.floor(Math.max(0, seen - 1) / Math.max(1, emitted))
      // A wrong producer may leave out a delay: for the whole schedule the longest that is left is waited for.
      const due = wanted === 'all' ? Math.max(0, ...schedule.slice(step)) : (schedule[Math.min(step, Math.max(0, schedule.length - 1))] ?? 0)
      const allowed = this.#allowed(this.#patienceMs(Math.max(dueMs, seen === 0 ? 0 : due)))
      const came = await next(allowed.ms, signal)
      signal?.throwIfAborted()
      if (arrived() > seen || came) continue
      if (!allowed.cut && heldUp() && roundsLeft-- > 0) continue
      this.#cutShort ||= allowed.cut
      return
    }
  }

  /** Keeps watching, so that what should not come has the time to come. */
  async watch(span: Span): Promise<void> {
    const { clock, longestWatchMs, signal } = this.#patience
    const wholeMs = this.#spanMs(span)
    const longestMs = span === 'one-more-delay' ? longestWatchMs * clock.scale : Infinity
    const { ms, cut } = this.#allowed(Math.min(wholeMs, longestMs))
    await clock.sleep(ms, signal)
    this.#cutShort ||= cut || ms < wholeMs
  }

  /** Declared milliseconds of a span. */
  #spanMs(span: Span): number {
    const { clock, profile } = this.#patience
    if (typeof span === 'number') return span
    const moment = momentMs * clock.scale
    if (span === 'a-moment') return moment
    const retry = profile.delivery?.retry
    const index = { 'first-delay': 0, 'second-delay': Math.min(1, (retry?.delaysMs.length ?? 1) - 1), 'one-more-delay': -1 }[span]
    return (retry?.delaysMs.at(index) ?? 0) * (1 + (retry?.jitter.up ?? 0)) * 1.1 + moment
  }

  /** Declared milliseconds to wait for an attempt that is due after a delay: room for a Retry-After of twice that, the exchange, and slack. */
  #patienceMs(delayMs: number): number {
    const { clock, profile, timeoutMs } = this.#patience
    return delayMs * (1 + (profile.delivery?.retry?.jitter.up ?? 0)) * 2.5 + (timeoutMs + slackMs) * clock.scale
  }

  /** As much of a declared wait as the budget of the run has room for. */
  #allowed(declaredMs: number): { readonly ms: number; readonly cut: boolean } {
    const { clock, remainingMs } = this.#patience
    if (clock.kind === 'virtual') return { ms: declaredMs, cut: false }
    const roomMs = Math.max(0, remainingMs() * clock.scale)
    return declaredMs > roomMs ? { ms: roomMs, cut: true } : { ms: declaredMs, cut: false }
  }
}
