import type { Attempt, ProducerSeen } from './seen.ts'

/** When the attempt after a failed one is due, in milliseconds on the run's clock. */
export interface Due {
  /** An arrival more than `granularityMs` before this is early, whatever the load. */
  readonly fromMs: number
  /** An arrival by this is in time. */
  readonly toMs: number
  /** An arrival after this is late; before it, a busy machine may be the reason. */
  readonly lateFromMs: number
}

type Timed = Pick<ProducerSeen, 'policy' | 'emissions' | 'scale' | 'timeoutMs' | 'lagMs' | 'ownsTime'>

/** Clocks of two processes tick in whole milliseconds. */
export const granularityMs = 1

/**
 * Milliseconds by which a target may be late because the machine is busy, beyond what the harness saw of that itself.
 *
 * Nothing on a clock that the run owns. On real time a generous guess: within it, lateness accuses nobody.
 */
export function busyMs({ lagMs, ownsTime }: Pick<ProducerSeen, 'lagMs' | 'ownsTime'>): number {
  return ownsTime ? 0 : 2000 + lagMs * 4
}

/**
 * The answer to an attempt was in time for a sender that keeps its timeout, so that what came after it came in spite of it.
 *
 * A sender whose processor was taken gives up an answer that is there. Then its next attempt is a whole timeout after the
 * start: one that came sooner proves that it did not, and so does an exchange that was over long before.
 */
export function wasAnsweredInTime(seen: ProducerSeen, attempts: readonly Attempt[], index: number): boolean {
  const attempt = attempts[index]
  if (!attempt) return false
  const next = attempts.slice(index + 1).find(({ event, number }) => event === attempt.event && number === attempt.number)
  const own = attempts.slice(0, index).filter(({ event, number }) => event === attempt.event && number === attempt.number)
  const handedOverMs = seen.emissions.find(({ event, number }) => event === attempt.event && number === attempt.number)?.beforeMs ?? 0
  const startMs = own.reduce((ms, before) => endOf(before, ms, seen), handedOverMs)
  const lastedMs = (attempt.closedMs ?? attempt.arrivedMs) - startMs
  return seen.ownsTime || lastedMs + busyMs(seen) < seen.timeoutMs || (next !== undefined && next.arrivedMs - startMs < seen.timeoutMs)
}

/**
 * When each attempt after the first was due, one for each delay; beyond what arrived, as if all had come as late as they may.
 *
 * Early is counted from what is certain: an attempt starts after the event was handed over, its declared delay after the
 * start of the one before, and once that has ended: its request was read here, or its timeout is over. Slowness of any party
 * makes attempts later and never earlier, so an arrival before the sum is proof. Late is counted from the end of the one before.
 */
export function dueTimes(seen: Timed, attempts: readonly Attempt[], delaysMs: readonly number[]): readonly Due[] {
  const { down, up } = seen.policy.retry?.jitter ?? { down: 0, up: 0 }
  const slackMs = seen.ownsTime ? 50 : 500 + seen.lagMs * 2
  const due: Due[] = []
  let startMs = seen.emissions.find(({ event }) => event === attempts[0]?.event)?.beforeMs ?? attempts[0]?.arrivedMs ?? 0
  let endMs = startMs
  for (const [index, delayMs] of delaysMs.entries()) {
    const before = attempts[index]
    endMs = before ? (before.closedMs ?? before.arrivedMs) : endMs
    const longestMs = (delayMs * (1 + up)) / seen.scale
    const fromMs = startMs + (delayMs * (1 - down)) / seen.scale
    const toMs = Math.max(fromMs, endMs + longestMs * 1.1 + slackMs)
    due.push({ fromMs, toMs, lateFromMs: seen.ownsTime ? toMs : Math.max(toMs, endMs + longestMs * 1.5 + busyMs(seen)) })
    // An early attempt is where the next one is counted from; otherwise the bounds add up.
    startMs = Math.max(Math.min(fromMs, attempts[index + 1]?.arrivedMs ?? fromMs), before ? endOf(before, startMs, seen) : fromMs)
    endMs = toMs
  }
  return due
}

/** Not later than the end of an attempt for its sender: a sender that gives up does not wait until a busy harness has read it. */
function endOf({ completedMs, arrivedMs }: Attempt, startMs: number, { timeoutMs }: Pick<ProducerSeen, 'timeoutMs'>): number {
  return Math.min(completedMs ?? arrivedMs, startMs + timeoutMs)
}
