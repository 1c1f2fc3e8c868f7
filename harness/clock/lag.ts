import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop ran, in milliseconds: a claim of lateness below this is the harness's own. */
export interface Lag {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const resolutionMs = 10

/** Starts to measure the delay of the event loop; `stop` ends it and tells the same figures however often it is called. */
export function measureLag(): { stop(): Lag } {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  return {
    stop() {
      delays.disable()
      return { p50: beyond(delays.percentile(50)), p99: beyond(delays.percentile(99)), max: beyond(delays.max) }
    },
  }
}

/** The histogram holds whole intervals in nanoseconds; what exceeds the resolution is lag. */
function beyond(nanoseconds: number): number {
  const ms = nanoseconds / 1e6 - resolutionMs
  return Math.max(0, Math.round(ms * 100) / 100)
}
