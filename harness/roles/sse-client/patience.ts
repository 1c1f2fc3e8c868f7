/** What a run has learned of the client's pace, and how long its cases wait because of it. Milliseconds. */
export class Patience {
  /** Beyond the reconnection time that the client was told, at the first reconnection; never, when it did not come. */
  #beyondMs: number | 'never' | undefined
  readonly #declaredMs: number

  /** @param declaredMs the reconnection time that the target names, where it does. */
  constructor(declaredMs: number | undefined) {
    this.#declaredMs = declaredMs ?? 0
  }

  learn(beyondMs: number | 'never'): void {
    this.#beyondMs = beyondMs
  }

  /** For a request of a client that was just told to connect. */
  readonly firstRequestMs = 8_000

  /** For an event whose last byte is on its way. */
  readonly deliveryMs = 4_000

  /** For a reconnection that has to come. Whoever never came back is not waited for again: everything that follows is unproven. */
  get reconnectionMs(): number {
    if (this.#beyondMs === 'never') return 500
    if (this.#beyondMs === undefined) return Math.max(12_000, this.#declaredMs * 4 + 2_000)
    return Math.max(4_000, this.#beyondMs * 4 + 3_000, this.#declaredMs * 3 + 2_000)
  }

  /** For a reconnection that must not come: so long that it would have. */
  get silenceMs(): number {
    if (this.#beyondMs === 'never') return 300
    return (this.#beyondMs ?? Math.max(3_000, this.#declaredMs)) * 2 + 250
  }
}
