import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../harness/clock/clock.ts'
import { liveClock } from '../../../harness/clock/live-clock.ts'
import { loadProfile } from '../../../harness/profile/load.ts'
import { briefWatchMs, Waiting, type Patience } from '../../../harness/roles/producer/waiting.ts'

const profile = await loadProfile('event-delivery')
const delaysMs = profile.delivery?.retry?.delaysMs ?? []

/** A clock that waits for nothing and adds up, in real milliseconds, what it was asked to wait. */
function counting(kind: Clock['kind'], scale: number): { readonly clock: Clock; readonly waitedMs: () => number } {
  let waitedMs = 0
  const sleep = async (ms: number) => void (waitedMs += ms / scale)
  return { clock: { ...liveClock(), kind, scale, sleep }, waitedMs: () => waitedMs }
}

function waitingOn(kind: Clock['kind'], scale: number, patience: Partial<Patience> = {}): { readonly waiting: Waiting; readonly clock: Clock; readonly waitedMs: () => number } {
  const { clock, waitedMs } = counting(kind, scale)
  return { waiting: new Waiting({ profile, clock, timeoutMs: 1000, remainingMs: () => 60_000, longestWatchMs: briefWatchMs, ...patience }), clock, waitedMs }
}

describe('the watch after the last attempt', () => {
  it('is short where nobody said what the run may cost, and the case says that it was', async () => {
    const { waiting, waitedMs } = waitingOn('scaled', 100)
    await waiting.watch('one-more-delay')
    expect([waitedMs(), waiting.cutShort]).toEqual([briefWatchMs, true])
  })

  it('is that of one more delay where it is long enough, or time is given', async () => {
    for (const [kind, scale, patience] of [
      ['scaled', 100, { longestWatchMs: Infinity }],
      ['virtual', 1, { longestWatchMs: Infinity, remainingMs: () => 0 }],
      ['scaled', 2000, {}],
    ] as const) {
      const { waiting, waitedMs } = waitingOn(kind, scale, patience)
      await waiting.watch('one-more-delay')
      expect(waiting.cutShort).toBe(false)
      expect(waitedMs()).toBeGreaterThanOrEqual((delaysMs.at(-1) ?? 0) / scale)
    }
  })

  it('ends with the budget', async () => {
    const { waiting, waitedMs } = waitingOn('live', 1, { longestWatchMs: Infinity, remainingMs: () => 3000 })
    await waiting.watch('one-more-delay')
    expect([waitedMs(), waiting.cutShort]).toEqual([3000, true])
  })

  it('leaves every shorter watch whole', async () => {
    const { waiting, waitedMs } = waitingOn('live', 1)
    await waiting.watch('second-delay')
    expect(waitedMs()).toBeGreaterThan(25_000)
    expect(waiting.cutShort).toBe(false)
  })
})

describe('a producer that does one thing after the other', () => {
  const never = async () => undefined
  const patience = (heldUp: () => boolean) => {
    const { waiting, clock, waitedMs } = waitingOn('scaled', 100)
    return waiting.forAttempts({ arrived: () => 0, count: 1, emitted: 1, heldUp, next: (ms) => clock.sleep(ms).then(never) }).then(waitedMs)
  }

  it('is waited for longer while another endpoint keeps it, and not for ever', async () => {
    const plainMs = await patience(() => false)
    let rounds = 0
    expect(await patience(() => (rounds += 1) <= 2)).toBeCloseTo(3 * plainMs)
    expect(await patience(() => true)).toBeCloseTo(5 * plainMs)
  })
})

describe('a producer that keeps its schedule', () => {
  it.each([1, 100, 1000])('at %d times the speed is waited for no longer than its schedule and the brief watch', async (scale) => {
    const { waiting, clock, waitedMs } = waitingOn('scaled', scale, { remainingMs: () => 3_600_000 })
    let arrived = 0
    const next = async () => {
      await clock.sleep(arrived === 0 ? 0 : (delaysMs[arrived - 1] ?? 0))
      arrived += 1
      return undefined
    }
    await waiting.forAttempts({ arrived: () => arrived, count: 'all', emitted: 1, next })
    await waiting.watch('one-more-delay')
    const scheduleMs = delaysMs.reduce((sum, ms) => sum + ms, 0) / scale
    expect(arrived).toBe(delaysMs.length + 1)
    expect(waitedMs()).toBeLessThanOrEqual(scheduleMs + briefWatchMs)
  })

  it('that falls silent is left once the schedule no longer explains it', async () => {
    const { waiting, clock } = waitingOn('scaled', 100)
    const asked: number[] = []
    const next = async (ms: number) => {
      asked.push(ms / clock.scale)
      return undefined
    }
    await waiting.forAttempts({ arrived: () => 1, count: 2, emitted: 1, next })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toBeGreaterThan(((delaysMs[0] ?? 0) / 100) * 2)
    expect(waiting.cutShort).toBe(false)
  })

  it('is not said to be silent when the budget ended the wait', async () => {
    const { waiting } = waitingOn('live', 1, { remainingMs: () => 10 })
    await waiting.forAttempts({ arrived: () => 1, count: 2, emitted: 1, next: async () => undefined })
    expect(waiting.cutShort).toBe(true)
  })
})
