import type { Clock } from './clock.ts'
import { liveClock } from './live-clock.ts'
import { realSleep } from './real-sleep.ts'

/**
 * The clock for a target that runs its policy `scale` times faster than declared.
 *
 * A pause of `ms` declared milliseconds takes `ms / scale` real ones. Wall-clock time and durations stay real: timestamps
 * are compared with the target's own clock, and the wire is no faster than it is.
 *
 * @throws RangeError for a scale that is not a positive number.
 */
export function scaledClock(scale: number): Clock {
  if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError('A time scale is not a positive number')
  return { ...liveClock(), kind: 'scaled', scale, sleep: (ms, signal) => realSleep(ms / scale, signal) }
}
