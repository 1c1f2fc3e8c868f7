import type { DeliveryPolicy, Profile, StatusPattern } from '../../harness/profile/profile.ts'
import type { AttemptResult } from './attempt.ts'
import { retryAfterMs } from './retry-after.ts'

/** What an answer means for the delivery. */
export type Judgement = 'acknowledged' | 'failed' | 'permanent' | 'disable'

export interface FailedAttempt {
  /** Counted from 1. */
  readonly number: number
  readonly result: AttemptResult
  /** Declared milliseconds from its start to its end. */
  readonly tookMs: number
  /** Wall-clock time of its end. */
  readonly endedAt: number
}

/** What holds where a profile says nothing: as much patience as is usual, and a schedule that nobody has to know. */
const unpublished: DeliveryPolicy = { success: ['2xx'], permanent: [], disable: [410], throttle: [429, 503], timeoutMs: 15_000, maxRetryAfterMs: 86_400_000, redirects: 0 }
const ownSchedule = { delaysMs: [5_000, 25_000, 120_000, 600_000], jitter: { down: 0, up: 0.1 } }

export function policyOf({ delivery = unpublished }: Profile): DeliveryPolicy {
  return delivery.retry === undefined && delivery.retryUnpublished ? { ...delivery, retry: ownSchedule } : delivery
}

/** The first list that names the status decides; what no list names has failed and is tried again. */
export function classify(result: AttemptResult, policy: DeliveryPolicy): Judgement {
  if (result.kind === 'unanswered') return 'failed'
  const { status } = result
  const lists = [
    ['acknowledged', policy.success],
    ['disable', policy.disable],
    ['failed', policy.throttle],
    ['permanent', policy.permanent],
  ] as const
  const exact = lists.find(([, patterns]) => patterns.includes(status))
  return (exact ?? lists.find(([, patterns]) => patterns.includes(classOf(status))))?.[0] ?? 'failed'
}

/**
 * Declared milliseconds from the end of a failed attempt to the next one; undefined when it was the last.
 *
 * The delay of the schedule counts from the start of the attempt; a `Retry-After` counts from its end and only lengthens.
 */
export function delayFor({ number, result, tookMs, endedAt }: FailedAttempt, policy: DeliveryPolicy, random: () => number): number | undefined {
  const delayMs = policy.retry?.delaysMs[number - 1]
  if (policy.retry === undefined || delayMs === undefined) return undefined
  const { down, up } = policy.retry.jitter
  const waitMs = delayMs * (1 - down + random() * (down + up))
  return Math.max(waitMs - tookMs, throttledMs(result, endedAt, policy), 0)
}

/** How long the endpoint asked to be left alone. */
function throttledMs(result: AttemptResult, endedAt: number, { throttle, maxRetryAfterMs }: DeliveryPolicy): number {
  if (result.kind === 'unanswered' || !(throttle.includes(result.status) || throttle.includes(classOf(result.status)))) return 0
  return Math.min(retryAfterMs(result.headers, endedAt), maxRetryAfterMs)
}

function classOf(status: number): StatusPattern {
  return `${Math.floor(status / 100)}xx` as StatusPattern // a status has three digits, the first from 1 to 5
}
