import type { Clock } from '../../harness/clock/clock.ts'

/** What is known of the events that were seen: the one place that decides who processes what. */
export interface Ledger {
  /** Takes an event for processing, in one step with looking it up: of any number of copies one gets `new`. */
  claim(id: string): Claim | Promise<Claim>
  /** The claimed event took effect. */
  settle(id: string): void
  /** Processing failed: the next delivery may try again. */
  release(id: string): void
  clear(): void
}

export type Claim = 'new' | 'in-progress' | 'done'

/** A ledger in memory that remembers settled events for a window of milliseconds, for ever when there is none. */
export function createLedger(clock: Clock, windowMs = Number.POSITIVE_INFINITY): Ledger {
  const claimed = new Set<string>()
  const settledAt = new Map<string, number>()
  return {
    claim(id) {
      forgetBefore(clock.now() - windowMs)
      if (settledAt.has(id)) return 'done'
      if (claimed.has(id)) return 'in-progress'
      claimed.add(id)
      return 'new'
    },
    settle(id) {
      claimed.delete(id)
      settledAt.set(id, clock.now())
    },
    release: (id) => void claimed.delete(id),
    clear() {
      claimed.clear()
      settledAt.clear()
    },
  }

  /** Entries stand in the order of their time, so the first that is young enough ends the search. */
  function forgetBefore(time: number): void {
    for (const [id, at] of settledAt) {
      if (at >= time) return
      settledAt.delete(id)
    }
  }
}
