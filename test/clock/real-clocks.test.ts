import { describe, expect, test } from 'vitest'
import { measureLag } from '../../harness/clock/lag.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { scaledClock } from '../../harness/clock/scaled-clock.ts'

describe.each([
  ['live', liveClock(), 1],
  ['scaled', scaledClock(100), 100],
] as const)('the %s clock', (kind, clock, scale) => {
  test('says what it is and tells wall-clock time', () => {
    const before = Date.now()
    const now = clock.now()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
    expect([clock.kind, clock.scale]).toEqual([kind, scale])
  })

  test('never wakes early, by its own measure and scale', async () => {
    for (const real of [0.4, 1, 2.3]) {
      const before = clock.elapsed()
      await clock.sleep(real * scale)
      expect(clock.elapsed() - before).toBeGreaterThanOrEqual(real)
    }
  })

  test('ends a sleep of weeks with the reason of its signal', async () => {
    const abort = new AbortController()
    const sleeping = clock.sleep(3e12, abort.signal)
    abort.abort(new Error('interrupted'))
    await expect(sleeping).rejects.toThrow('interrupted')
  })
})

test('a scaled pause is shorter by the scale', async () => {
  const clock = scaledClock(1_000_000)
  const before = clock.elapsed()
  await clock.sleep(3_600_000)
  expect(clock.elapsed() - before).toBeLessThan(3_000)
})

test.each([0, -1, NaN, Infinity])('the scale %s is refused', (scale) => {
  expect(() => scaledClock(scale)).toThrow(RangeError)
})

test('lag is what a blocked event loop adds, and stays what it was once stopped', async () => {
  const measured = measureLag()
  await new Promise((resolve) => setTimeout(resolve, 25))
  const until = performance.now() + 60
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 25))
  const lag = measured.stop()
  expect(lag.max).toBeGreaterThan(40)
  expect(lag.p50).toBeLessThanOrEqual(lag.max)
  expect(measured.stop()).toEqual(lag)
})

test('lag without a sample is none', () => {
  expect(measureLag().stop()).toEqual({ p50: 0, p99: 0, max: 0 })
})
