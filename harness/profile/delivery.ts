import { parseDuration } from './duration.ts'
import { checkExtension } from './extensions.ts'
import type { Located, SourceDocument } from './locate.ts'
import type { Acknowledgement, DeliveryPolicy, RetrySchedule } from './profile.ts'

const maxDelays = 1000

/** What the schema of `x-delivery` guarantees. */
interface WrittenDelivery extends Partial<Pick<DeliveryPolicy, 'success' | 'permanent' | 'disable' | 'throttle' | 'redirects' | 'source'>> {
  readonly timeout?: string
  readonly maxRetryAfter?: string
  readonly disableAfter?: { readonly failingFor: string }
  readonly retry?: false | WrittenRetry
}

interface WrittenRetry {
  readonly delays?: readonly (string | { readonly every: string; readonly times: number })[]
  readonly strategy?: WrittenStrategy
  readonly retries?: number
  readonly jitter?: { readonly down?: number; readonly up?: number }
  readonly continues?: true
}

interface WrittenStrategy {
  readonly type: 'fixed' | 'linear' | 'exponential'
  readonly initialDelay: string
  readonly increment?: string
  readonly multiplier?: number
  readonly maxDelay?: string
}

/**
 * `x-delivery` with its defaults; the timeout is that of the acknowledgement when none is stated.
 *
 * Only `retry: false` says that there are no retries: with no word about them, nobody knows when they come. Ends the run when
 * a schedule has more than 1,000 delays or an attempt no time at all.
 */
export function compileDelivery(document: SourceDocument, located: Located, { deadlineMs }: Acknowledgement): DeliveryPolicy {
  checkExtension(document, 'x-delivery', located)
  // The schema has just been checked.
  const { timeout, maxRetryAfter, disableAfter, retry, ...written } = located.value as WrittenDelivery
  const timeoutMs = timeout === undefined ? deadlineMs : milliseconds(timeout)
  if (timeoutMs === 0) document.fail(located, ['timeout'], 'a timeout of zero ends every attempt before it begins', 'state how long an attempt may take, such as 15s')
  const schedule = retry ? compileRetry(document, located, retry) : undefined
  return {
    success: ['2xx'],
    permanent: [],
    disable: [410],
    throttle: [429, 503],
    redirects: 0,
    ...written,
    timeoutMs,
    ...(timeout === undefined && { timeoutUnpublished: true }),
    maxRetryAfterMs: milliseconds(maxRetryAfter ?? '24h'),
    ...(disableAfter && { disableAfterMs: milliseconds(disableAfter.failingFor) }),
    ...(schedule && { retry: schedule }),
    ...((retry === undefined || (retry && (schedule === undefined || retry.continues))) && { retryUnpublished: true }),
  }
}

function compileRetry(document: SourceDocument, located: Located, { delays, strategy, retries = 0, jitter }: WrittenRetry): RetrySchedule | undefined {
  const spread = { down: 0, up: 0, ...jitter }
  if (strategy !== undefined) {
    return { delaysMs: Array.from({ length: retries }, (_, index) => delayOf(strategy, index)), jitter: spread }
  }
  if (delays === undefined) return undefined
  const runs = delays.map((delay) => (typeof delay === 'string' ? { every: delay, times: 1 } : delay))
  const count = runs.reduce((sum, { times }) => sum + times, 0)
  if (count > maxDelays) {
    document.fail(located, ['retry', 'delays'], `the schedule has ${count} delays, which is more than ${maxDelays}`, 'describe the attempts of one delivery, and let "continues: true" stand for those beyond')
  }
  return { delaysMs: runs.flatMap(({ every, times }) => Array.from({ length: times }, () => milliseconds(every))), jitter: spread }
}

/** Whole milliseconds before retry `index`, counted from 0. */
function delayOf({ type, initialDelay, increment, multiplier = 2, maxDelay }: WrittenStrategy, index: number): number {
  const initialMs = milliseconds(initialDelay)
  const delayMs = {
    fixed: initialMs,
    linear: initialMs + index * milliseconds(increment ?? initialDelay),
    exponential: initialMs * multiplier ** index,
  }[type]
  return Math.round(Math.min(delayMs, maxDelay === undefined ? maxDelayMs : milliseconds(maxDelay)))
}

/** A year: an exponential schedule without a limit soon leaves the numbers that a clock can count. */
const maxDelayMs = 31_536_000_000

function milliseconds(duration: string): number {
  // The schema lets only durations through.
  return parseDuration(duration) ?? 0
}
