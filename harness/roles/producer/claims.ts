import { all, finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import { parseJson, valueAt } from '../../profile/json-pointer.ts'
import { busyMs, dueTimes, granularityMs, wasAnsweredInTime } from './due.ts'
import type { ApiReply, Attempt, ProducerSeen } from './seen.ts'

/** Attempts arrived; without any, nothing about them holds. */
function some(attempts: readonly Attempt[], expected: string): Finding | undefined {
  return attempts.length === 0 ? unproven(expected, 'no attempt arrived') : undefined
}

/** Every attempt has a property. */
export function everyAttempt(attempts: readonly Attempt[], expected: string, test: (attempt: Attempt) => boolean, tell: (attempt: Attempt) => string): Finding {
  const bad = attempts.find((attempt) => !test(attempt))
  return some(attempts, expected) ?? finding(bad === undefined, expected, bad ? `${ordinal(attempts.indexOf(bad))} attempt: ${tell(bad)}` : `${attempts.length} attempts, each so`)
}

/** At least one attempt was delivered: the ground of every case of this role. */
export function delivered(attempts: readonly Attempt[]): Finding {
  return finding(attempts.length > 0, 'a delivery of the event', attempts.length === 0 ? 'none arrived' : `${attempts.length} attempts`)
}

/** All values that an attempt is asked for are the same; needs at least two attempts. */
export function allSame(attempts: readonly Attempt[], what: string, of: (attempt: Attempt) => string | undefined): Finding {
  const expected = `the same ${what} on every attempt`
  if (attempts.length < 2) return unproven(expected, `${attempts.length} attempts arrived`)
  const values = new Set(attempts.map(of))
  return finding(values.size === 1 && !values.has(undefined), expected, values.size === 1 ? `${attempts.length} attempts with ${short([...values][0])}` : [...values].map(short).join(', '))
}

/** All values differ; needs at least two attempts. */
export function allDifferent(attempts: readonly Attempt[], what: string, of: (attempt: Attempt) => string | undefined): Finding {
  const expected = `another ${what} each time`
  if (attempts.length < 2) return unproven(expected, `${attempts.length} attempts arrived`)
  const values = new Set(attempts.map(of))
  return finding(values.size === attempts.length, expected, `${values.size} different in ${attempts.length} attempts`)
}

/** Exactly this many attempts, watched for long enough that another would have come. */
export function exactly(seen: ProducerSeen, attempts: readonly Attempt[], count: number, why: string): Finding {
  const expected = `${count} attempt${count === 1 ? '' : 's'}, since ${why}`
  if (attempts.length < count && seen.cutShort) return notMeasured(expected, attempts.length, count)
  if (attempts.length === count && seen.cutShort) return inapplicable(expected, 'the budget of the run was spent before another could have come')
  const saw = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}${gaps(attempts, seen)}`
  if (attempts.length < count) return missing(seen, expected, saw)
  if (attempts.length > count && !wasAnsweredInTime(seen, attempts, count - 1)) return unproven(expected, 'on a busy machine the sender may have given up before it read the answer', saw)
  return finding(attempts.length === count, expected, saw)
}

/** A further attempt followed. */
export function retried(seen: ProducerSeen, attempts: readonly Attempt[], why: string): Finding {
  const expected = `another attempt, since ${why}`
  const saw = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}${gaps(attempts, seen)}`
  if (attempts.length >= 2) return finding(true, expected, saw)
  return some(attempts, expected) ?? (seen.cutShort ? notMeasured(expected, attempts.length, 2) : missing(seen, expected, saw, chances(seen, attempts)))
}

/**
 * What did not come has failed to come, unless the machine was so busy that waiting proves little.
 *
 * A sender whose processor is taken for longer than its timeout ends an attempt that was never sent: nothing of it is seen
 * here. Where the schedule gave it several attempts that all did not come, each of them would have had to meet such a moment of its own.
 */
export function missing(seen: ProducerSeen, expected: string, saw: string, missed = 1): Finding {
  if (seen.lagMs <= Math.min(silencingLagMs, (seen.timeoutMs * Math.min(3, Math.max(1, missed))) / 4)) return finding(false, expected, saw)
  return unproven(expected, `the machine was so busy that the harness itself was up to ${seconds(seen.lagMs)} late`, saw)
}

/** How many attempts were due after those that arrived, had each of them taken its whole timeout, while the case was watched. */
export function chances(seen: ProducerSeen, attempts: readonly Attempt[]): number {
  const { delaysMs = [], jitter = { up: 0 } } = seen.policy.retry ?? {}
  const last = attempts.at(-1)
  let dueMs = last?.closedMs ?? last?.arrivedMs ?? seen.emissions.at(-1)?.afterMs ?? 0
  let due = last ? 0 : 1
  for (const delayMs of delaysMs.slice(Math.max(0, attempts.length - 1))) {
    dueMs += (delayMs * (1 + jitter.up)) / seen.scale + (due > 0 ? seen.timeoutMs : 0)
    if (dueMs > seen.untilMs) break
    due += 1
  }
  return due
}

/** Beyond this lag of the harness, or a quarter of the timeout for each chance, silence says nothing of a target on the same machine. */
const silencingLagMs = 1000

/**
 * No attempt came before its time.
 *
 * The time is counted from what is certain: see `dueTimes`.
 */
export function notEarly(seen: ProducerSeen, attempts: readonly Attempt[], delaysMs: readonly number[]): Finding {
  const down = seen.policy.retry?.jitter.down ?? 0
  const expected = `no attempt before ${delaysMs.map((ms) => `+${seconds((ms * (1 - down)) / seen.scale)}`).join(', ')} of the one before`
  if (attempts.length < 2) return attempts.length === 0 || !seen.cutShort ? unproven(expected, `${attempts.length} attempts arrived`) : notMeasured(expected, attempts.length, delaysMs.length + 1)
  const [first] = earlyAttempts(seen, attempts, delaysMs)
  if (!first) return finding(true, expected, `none${gaps(attempts, seen)}`)
  const [index, byMs] = first
  const gapMs = (attempts[index]?.arrivedMs ?? 0) - (attempts[index - 1]?.arrivedMs ?? 0)
  return finding(false, expected, `${ordinal(index)} attempt at least ${seconds(byMs)} early, ${seconds(gapMs)} after the one before${gaps(attempts, seen)}`)
}

/** The next attempt came no sooner than this after the event was handed over: the origin most favourable to the target. */
export function notBefore(seen: ProducerSeen, askedMs: number): Finding {
  const expected = `the next attempt not before ${seconds(askedMs / seen.scale)} after the throttled one`
  const [first, second] = seen.attempts
  if (!first || !second) return seen.cutShort ? inapplicable(expected, `needs ${seconds(askedMs / seen.scale)}, and the budget of the run was spent`) : retried(seen, seen.attempts, 'a throttled delivery is tried again')
  const dueMs = askedMs / seen.scale
  const saw = `after ${seconds(second.arrivedMs - first.arrivedMs)}`
  if (second.arrivedMs - first.arrivedMs + granularityMs >= dueMs) return finding(true, expected, saw)
  const startMs = seen.emissions[0]?.beforeMs ?? first.arrivedMs
  if (second.arrivedMs - startMs + granularityMs < dueMs && wasAnsweredInTime(seen, seen.attempts, 0)) return finding(false, expected, saw)
  return inapplicable(expected, `the first attempt may have begun ${seconds(first.arrivedMs - startMs)} before it arrived, which is too long to tell`, saw)
}

/** No retry came later than schedule, jitter, the exchange itself and what a busy machine may cost explain. */
export function notLate(seen: ProducerSeen, attempts: readonly Attempt[], delaysMs: readonly number[]): Finding {
  const up = seen.policy.retry?.jitter.up ?? 0
  const expected = `each attempt by its delay${up > 0 ? ` and ${percent(up)} jitter` : ''}`
  if (attempts.length < 2) return attempts.length === 0 || !seen.cutShort ? unproven(expected, `${attempts.length} attempts arrived`) : notMeasured(expected, attempts.length, delaysMs.length + 1)
  const due = dueTimes(seen, attempts, delaysMs)
  const lateAfter = (bound: 'toMs' | 'lateFromMs') => attempts.findIndex(({ arrivedMs }, index) => index > 0 && arrivedMs > (due[index - 1]?.[bound] ?? Infinity))
  const proven = lateAfter('lateFromMs')
  const late = proven < 0 ? lateAfter('toMs') : proven
  if (late < 0) return finding(true, expected, `none later${gaps(attempts, seen)}`)
  const saw = `${ordinal(late)} attempt ${seconds((attempts[late]?.arrivedMs ?? 0) - (due[late - 1]?.toMs ?? 0))} late${gaps(attempts, seen)}`
  return proven < 0 ? unproven(expected, 'a busy machine may be the reason', saw) : finding(false, expected, saw)
}

/**
 * The gaps follow the declared order: a schedule that restarts or skips is named.
 *
 * Slowness makes gaps longer and, after a slow arrival, shorter. A gap is too short only where the attempt is proven early,
 * too long only beyond what lag explains and when the one behind it is not its own either; either way it has to fit another
 * delay of the schedule.
 */
export function inOrder(seen: ProducerSeen, attempts: readonly Attempt[], delaysMs: readonly number[]): Finding {
  const expected = `gaps in the order ${delaysMs.map((ms) => seconds(ms / seen.scale)).join(', ')}`
  if (attempts.length < 3) return attempts.length === 0 || !seen.cutShort ? unproven(expected, `${attempts.length} attempts arrived`) : notMeasured(expected, attempts.length, delaysMs.length + 1)
  const { down, up } = seen.policy.retry?.jitter ?? { down: 0, up: 0 }
  const due = dueTimes(seen, attempts, delaysMs)
  const slackMs = seen.ownsTime ? 50 : busyMs(seen)
  const fits = (gapMs: number, rank: number, extraMs: number) => {
    const delayMs = (delaysMs[rank] ?? 0) / seen.scale
    return gapMs >= delayMs * (1 - down) * 0.9 && gapMs <= delayMs * (1 + up) * 1.25 + extraMs
  }
  const early = earlyAttempts(seen, attempts, delaysMs)
  const gapAfter = (index: number) => (attempts[index + 1]?.arrivedMs ?? NaN) - (attempts[index]?.arrivedMs ?? NaN)
  const wrong = attempts.slice(1).findIndex((attempt, index) => {
    if (index >= delaysMs.length) return false
    const gapMs = gapAfter(index)
    const late = attempt.arrivedMs > (due[index]?.lateFromMs ?? Infinity)
    // Late, and then on with the delay that was next: it was held up, and left nothing out.
    if (late && fits(gapAfter(index + 1), index + 1, seen.ownsTime ? slackMs : 20 + 2 * seen.lagMs)) return false
    return (early.has(index + 1) || late) && delaysMs.some((_, rank) => rank !== index && fits(gapMs, rank, late ? slackMs : 20))
  })
  if (wrong < 0) return finding(true, expected, gaps(attempts, seen).slice(2))
  return finding(false, expected, `${early.has(wrong + 1) ? 'the schedule starts again or stands still' : 'the schedule skips a step'} at the ${ordinal(wrong + 1)} attempt${gaps(attempts, seen)}`)
}

/** Indices of the attempts that are proven to be early, each with what it is early by. */
function earlyAttempts(seen: ProducerSeen, attempts: readonly Attempt[], delaysMs: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    dueTimes(seen, attempts, delaysMs).flatMap(({ fromMs }, index) => {
      const byMs = fromMs - (attempts[index + 1]?.arrivedMs ?? Infinity)
      return byMs > granularityMs ? [[index + 1, byMs] as const] : []
    }),
  )
}

/** The attempt ended within the timeout although it was not answered. */
export function endedWithin(seen: ProducerSeen, attempt: Attempt | undefined): Finding {
  const expected = `the sender ends the attempt within ${seconds(seen.timeoutMs)}`
  if (!attempt) return unproven(expected, 'no attempt arrived')
  const bySender = attempt.closedBy === 'sender' && attempt.closedMs !== undefined
  const lastedMs = (bySender && attempt.closedMs !== undefined ? attempt.closedMs : seen.untilMs) - attempt.arrivedMs
  const saw = bySender ? `it ended after ${seconds(lastedMs)}` : `it was still open after ${seconds(lastedMs)}`
  if (bySender && lastedMs <= seen.timeoutMs * 1.1 + 500 + seen.lagMs * 2) return finding(true, expected, saw)
  if (!bySender && seen.cutShort) return inapplicable(expected, `needs ${seconds(seen.timeoutMs)}, and the budget of the run was spent`)
  if (lastedMs <= seen.timeoutMs * 1.1 + busyMs(seen)) return unproven(expected, 'a busy machine may be the reason', saw)
  return finding(false, expected, saw)
}

/** The registration API answered with one of these statuses. */
export function answered(reply: ApiReply | undefined, what: string, test: (status: number) => boolean): Finding {
  if (reply?.status === undefined) return unproven(what, reply ? `the API did not answer: ${reply.fault ?? 'no status'}` : 'the request was not sent')
  return finding(test(reply.status), what, `${reply.status} ${excerpt(reply.body)}`)
}

/** A member of a JSON answer, or undefined. */
export function memberOf(reply: ApiReply | undefined, pointer: string | undefined): unknown {
  const document = reply && parseJson(reply.body)
  return pointer === undefined || document === undefined ? undefined : valueAt(document, pointer)
}

/** What one message says when the budget ended the observation. */
function notMeasured(expected: string, observed: number, of: number): Finding {
  return inapplicable(expected, `observed ${observed} of ${of} attempts; ${of - observed} not measured within the budget`)
}

export { all, finding, inapplicable, unproven }

function gaps(attempts: readonly Attempt[], { emissions }: ProducerSeen): string {
  const start = emissions[0]?.beforeMs ?? attempts[0]?.arrivedMs ?? 0
  return attempts.length === 0 ? '' : `; at ${attempts.slice(0, 12).map(({ arrivedMs }) => `+${seconds(arrivedMs - start)}`).join(', ')}${attempts.length > 12 ? ' …' : ''}`
}

export function seconds(ms: number): string {
  if (Math.abs(ms) >= 7_200_000) return `${Math.round(ms / 360_000) / 10} h`
  return `${Math.round(ms) / 1000} s`
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

function ordinal(index: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'][index] ?? `${index + 1}th`
}

function short(text: string | undefined): string {
  return text === undefined ? 'none' : text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function excerpt(text: string): string {
  return text === '' ? '' : JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text)
}
