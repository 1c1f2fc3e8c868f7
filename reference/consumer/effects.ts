import type { Clock } from '../../harness/clock/clock.ts'

/** One time that an event took effect, as the control API tells it. */
export interface Effect {
  readonly event: string
  /** RFC 3339. */
  readonly at: string
}

/** The business end of the consumer: an event takes effect by being written down here. */
export interface Effects {
  /** Throws when a failure is due for this event. */
  take(event: string): void
  of(event?: string): readonly Effect[]
  /** The next `times` attempts to process the event fail. */
  failNext(event: string, times: number): void
  clear(): void
}

export function createEffects(clock: Clock): Effects {
  const taken: Effect[] = []
  const failures = new Map<string, number>()
  return {
    take(event) {
      const due = failures.get(event) ?? 0
      if (due > 0) {
        failures.set(event, due - 1)
        throw new Error('processing failed on request')
      }
      taken.push({ event, at: new Date(clock.now()).toISOString() })
    },
    of: (event) => (event === undefined ? [...taken] : taken.filter((effect) => effect.event === event)),
    failNext: (event, times) => void failures.set(event, times),
    clear() {
      taken.length = 0
      failures.clear()
    },
  }
}
