import type { Clock } from '../../clock/clock.ts'

/** The target asks for a pause that is longer than what the budget of the run has left. */
export class PauseBeyondBudget extends Error {}

export interface PaceOptions {
  readonly clock: Clock
  /** Real milliseconds left of the run's budget. */
  readonly remainingMs: () => number
  readonly signal?: AbortSignal
}

/**
 * How fast the deliveries of a run follow each other: as fast as they are made, until the target says that it is too fast.
 *
 * From its first 429 with a Retry-After on, deliveries go out one at a time and not before the pause is over, so that
 * none of them meets the limit because of another.
 */
export class Pace {
  readonly #options: PaceOptions
  #throttled = false
  #notBeforeMs = 0
  /** The same words for every case that the pause leaves out. */
  #beyond: string | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** The target has asked for a pause during this run. */
  get throttled(): boolean {
    return this.#throttled
  }

  /**
   * Sends, and sends again after each pause that the answer asks for, three times at most: the last answer stands.
   *
   * `pauseMs` reads the pause from an answer; undefined when there is none. `superseded` gets the answers that do not count.
   * @throws PauseBeyondBudget when a pause does not fit, after `superseded` got the answer that asks for it.
   */
  async send<T>(sending: () => Promise<T>, pauseMs: (answer: T) => number | undefined, superseded: (answer: T) => void): Promise<T> {
    if (!this.#throttled) {
      const answer = await sending()
      const ms = pauseMs(answer)
      if (ms === undefined) return answer
      superseded(answer)
      this.#rest(ms)
    }
    return this.#inTurn(async () => {
      for (let left = 3; ; left -= 1) {
        await this.#pause()
        const answer = await sending()
        const ms = pauseMs(answer)
        if (ms === undefined || left === 1) return answer
        superseded(answer)
        this.#rest(ms)
      }
    })
  }

  /** Nothing is sent for so long. */
  #rest(ms: number): void {
    this.#throttled = true
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#options.clock.elapsed() + ms + 5)
  }

  async #pause(): Promise<void> {
    const { clock, remainingMs, signal } = this.#options
    const ms = this.#notBeforeMs - clock.elapsed()
    if (ms <= 0) return
    if (ms / clock.scale >= remainingMs()) {
      this.#beyond ??= `the target answers 429 and asks for ${Math.ceil(ms / 1000)} s, and the budget leaves ${Math.max(0, Math.floor(remainingMs() / 1000))} s; --budget gives it more`
      throw new PauseBeyondBudget(this.#beyond)
    }
    await clock.sleep(ms, signal)
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}
