import { describe, expect, it } from 'vitest'
import { loadProfile } from '../../../harness/profile/load.ts'
import { exactly, inOrder, notEarly, notLate, retried } from '../../../harness/roles/producer/claims.ts'
import { dueTimes } from '../../../harness/roles/producer/due.ts'
import type { Attempt, ProducerSeen } from '../../../harness/roles/producer/seen.ts'

const profile = await loadProfile('event-delivery')
const delaysMs = profile.delivery?.retry?.delaysMs ?? []

/** A producer whose every attempt arrives some milliseconds after its start, and which waits a share of each delay. */
function seenOf(share: number, { scale = 1, underwayMs = 0, lateMs = 0, lagMs = 0, ownsTime = false, attempts: count = delaysMs.length + 1 } = {}): ProducerSeen {
  let startMs = 0
  const attempts = Array.from({ length: count }, (_, index): Attempt => {
    // Nobody begins again before the answer to the last attempt.
    if (index > 0) startMs += Math.max(((delaysMs[index - 1] ?? 0) * share) / scale, underwayMs) + lateMs
    const arrivedMs = startMs + underwayMs
    return { exchange: `x1.a${index}`, endpoint: 'endpoint', event: 'an event', number: 0, arrivedMs, completedMs: arrivedMs, closedMs: arrivedMs + 1, closedBy: 'harness', method: 'POST', target: '/hook', headers: [], body: '', bodyBytes: 0, bodyDigest: '', signature: 'verified', foreignKey: false, signatureText: '', answer: '500', answerStatus: 500 }
  })
  if (!profile.delivery) throw new TypeError('the default profile has a delivery policy')
  return {
    profile,
    policy: profile.delivery,
    emissions: [{ event: 'an event', number: 0, type: 'a', beforeMs: 0, afterMs: 1, accepted: true }],
    attempts,
    at: () => attempts,
    foreign: [],
    strays: [],
    endpoints: [],
    replies: [],
    reply: () => undefined,
    scale,
    timeoutMs: 1000,
    lagMs,
    ownsTime,
    untilMs: startMs + 60_000,
    cutShort: false,
  }
}

const early = (seen: ProducerSeen) => notEarly(seen, seen.attempts, delaysMs)

describe('what is early is counted from what is certain', () => {
  it.each([
    // share, times faster, milliseconds from the trigger to an arrival: what a busy machine takes hides that much, once.
    [0.95, 100, 5],
    [0.95, 100, 300],
    [0.98, 100, 100],
    [0.99, 100, 50],
    [0.999, 1, 500],
    [0.99, 1, 5000],
  ])('a producer that waits %d of its delays at %d times the speed is early, %d ms under way', (share, scale, underwayMs) => {
    expect(early(seenOf(share, { scale, underwayMs }))).toMatchObject({ holds: false, saw: expect.stringMatching(/attempt at least \d/) })
  })

  it('the smallest share that is proven is what was under way by the length of the whole schedule', () => {
    const wholeMs = delaysMs.reduce((sum, ms) => sum + ms, 0)
    for (const [scale, underwayMs] of [[1, 20], [1, 1000], [100, 20], [100, 40], [1000, 3]] as const) {
      const hidden = (underwayMs + 1) / (wholeMs / scale)
      expect(early(seenOf(1 - hidden * 1.01, { scale, underwayMs })).holds, `${hidden} is hidden at ${scale} times the speed`).toBe(false)
      expect(early(seenOf(1 - hidden * 0.99, { scale, underwayMs })).holds).toBe(true)
    }
  })

  it.each([[0, 0], [5, 3], [900, 40], [0, 2500]])('an honest producer is never early: %d ms under way, each attempt %d ms late', (underwayMs, lateMs) => {
    for (const scale of [1, 100, 1000]) expect(early(seenOf(1, { scale, underwayMs, lateMs })).holds).toBe(true)
  })

  it('one slow arrival hides nothing that is early after it by more', () => {
    const seen = seenOf(1, { scale: 100 })
    const arrivals = [400, 401, 402, 1500, 7500]
    const attempts = seen.attempts.map((attempt, index) => ({ ...attempt, arrivedMs: arrivals[index] ?? 0, completedMs: arrivals[index] ?? 0 }))
    expect(notEarly(seen, attempts, delaysMs).holds).toBe(false)
  })

  it('a request that a busy harness read after its sender had given it up does not make the next one early', () => {
    // Attempt 3 was sent at 2.2 s, given up at 3.2 s and read at 3.3 s; attempt 4 went out at 3.21 s, attempt 5 at 3.82 s.
    const seen = { ...seenOf(1, { scale: 1000 }), timeoutMs: 1000 }
    const arrivals = [1591, 2118, 3300, 3481, 3825]
    const attempts = seen.attempts.map((attempt, index) => ({ ...attempt, arrivedMs: arrivals[index] ?? 0, completedMs: arrivals[index] ?? 0 }))
    expect(notEarly(seen, attempts, delaysMs).holds).toBe(true)
    expect(notEarly({ ...seen, timeoutMs: 15_000 }, attempts, delaysMs).holds).toBe(false)
  })

  it('on a clock that the run owns a thousandth is seen', () => {
    expect(early(seenOf(0.999, { ownsTime: true })).holds).toBe(false)
    expect(early(seenOf(1, { ownsTime: true })).holds).toBe(true)
  })
})

describe('what is late is an accusation only beyond what a busy machine explains', () => {
  const late = (seen: ProducerSeen) => notLate(seen, seen.attempts, delaysMs)

  it('in time is what lag and the exchange explain', () => {
    expect(late(seenOf(1, { lateMs: 300 })).holds).toBe(true)
    expect(late(seenOf(1, { scale: 100, lateMs: 900, lagMs: 250 })).holds).toBe(true)
  })

  it('a second late is unproven on real time, and nothing but a failure on a clock that the run owns', () => {
    expect(late(seenOf(1, { scale: 100, lateMs: 1500 }))).toMatchObject({ holds: null, outcome: 'unproven', reason: 'a busy machine may be the reason' })
    expect(late(seenOf(1, { lateMs: 1500, ownsTime: true })).holds).toBe(false)
  })

  it('a poll once a minute is late in real time', () => {
    expect(late(seenOf(1, { lateMs: 60_000 }))).toMatchObject({ holds: false, saw: expect.stringMatching(/^second attempt .* late/) })
  })

  it('no lateness that a busy machine explains is taken for a skipped delay', () => {
    for (const lateMs of [100, 245, 1000, 1900]) {
      const seen = seenOf(1, { scale: 100, lateMs })
      expect(inOrder(seen, seen.attempts, delaysMs).holds, `${lateMs} ms late`).toBe(true)
    }
  })

  it('an attempt that was held up is late, and has skipped nothing when the delays behind it are in order', () => {
    const at = (arrivals: readonly number[]) => {
      const seen = seenOf(1, { scale: 100, attempts: arrivals.length })
      return inOrder(seen, seen.attempts.map((attempt, index) => ({ ...attempt, arrivedMs: arrivals[index] ?? 0, completedMs: arrivals[index] ?? 0, closedMs: arrivals[index] ?? 0 })), delaysMs)
    }
    expect(at([0, 7000, 7260, 8470, 14_480]).holds).toBe(true)
    expect(at([0, 6000, 12_000, 18_000])).toMatchObject({ holds: false, saw: expect.stringMatching(/^the schedule skips a step at the second attempt/) })
  })

  it('silence is a failure while the harness was punctual, and unproven when it was not', () => {
    const one = { ...seenOf(1, { scale: 100, attempts: 1 }), untilMs: 900 }
    expect(retried(one, one.attempts, 'it failed').holds).toBe(false)
    expect(retried({ ...one, lagMs: 240 }, one.attempts, 'it failed').holds).toBe(false)
    expect(retried({ ...one, lagMs: 260 }, one.attempts, 'it failed').holds).toBe(null)
    // Whoever watched for the whole schedule has missed every retry of it.
    expect(retried({ ...one, lagMs: 740, untilMs: 60_000 }, one.attempts, 'it failed').holds).toBe(false)
    expect(retried({ ...one, lagMs: 760, untilMs: 60_000 }, one.attempts, 'it failed').holds).toBe(null)
    expect(retried({ ...one, lagMs: 1200, timeoutMs: 15_000 }, one.attempts, 'it failed')).toMatchObject({ holds: null, outcome: 'unproven' })
  })
})

describe('one attempt more than there should be', () => {
  const gone = (arrivals: readonly number[], more: Partial<ProducerSeen> = {}) => {
    const seen = seenOf(1, { scale: 1000, attempts: arrivals.length })
    const attempts = seen.attempts.map((attempt, index) => ({ ...attempt, arrivedMs: arrivals[index] ?? 0, completedMs: arrivals[index] ?? 0, closedMs: (arrivals[index] ?? 0) + 1 }))
    return exactly({ ...seen, attempts, ...more }, attempts, 1, 'the endpoint is gone')
  }

  it('is a failure when it came sooner than a sender could have given the first one up', () => {
    expect(gone([20, 30]).holds).toBe(false)
    expect(gone([900, 990]).holds).toBe(false)
  })

  it('is a failure when the first exchange was over long before its timeout', () => {
    expect(gone([20, 25_020], { timeoutMs: 15_000 }).holds).toBe(false)
  })

  it('is unproven when the sender may have given up before it read the answer', () => {
    expect(gone([1570, 2275])).toMatchObject({ holds: null, outcome: 'unproven' })
    expect(gone([20, 1100])).toMatchObject({ holds: null, outcome: 'unproven' })
  })

  it('is a failure on a clock that the run owns', () => {
    expect(gone([20, 25_020], { ownsTime: true }).holds).toBe(false)
  })
})

it('a picture and a verdict are drawn from the same times', () => {
  const seen = seenOf(1, { underwayMs: 10 })
  expect(dueTimes(seen, seen.attempts, delaysMs).map(({ fromMs }) => Math.round(fromMs))).toEqual([5000, 30_000, 150_000, 750_000])
  expect(dueTimes(seen, seen.attempts.slice(0, 1), delaysMs)).toHaveLength(4)
})
