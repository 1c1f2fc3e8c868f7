import type { Clock } from './clock.ts'
import { realSleep } from './real-sleep.ts'

/** The clock of the machine: every pause is waited for. */
export function liveClock(): Clock {
  const origin = performance.now()
  return {
    kind: 'live',
    scale: 1,
    now: () => Date.now(),
    elapsed: () => performance.now() - origin,
    sleep: realSleep,
    begin: () => () => {},
  }
}
