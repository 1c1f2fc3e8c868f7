import { durationWords } from '../profile/duration.ts'
import { matchesStatus } from '../roles/consumer/seen.ts'
import { dueTimes, granularityMs } from '../roles/producer/due.ts'
import type { Attempt, ProducerSeen } from '../roles/producer/seen.ts'
import { producerSeen, producerWitness, type ProducerWitness } from '../roles/producer/witness.ts'
import type { TranscriptLine } from '../transcript/line.ts'
import { inert } from './inert.ts'
import type { Verdict } from './report.ts'

/** One attempt of a delivery: milliseconds after the first one, and what it was answered. */
export interface DrawnAttempt {
  readonly atMs: number
  readonly answer: string
}

/** When the attempt after a failed one is due, tolerance included; milliseconds after the first attempt. */
export interface DueBand {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * One delivery as a picture shows it. Band `i` is that of attempt `i + 1`, counted from 0; the first attempt is always due.
 * Without bands nothing is known of when attempts are due.
 */
export interface Delivery {
  readonly attempts: readonly DrawnAttempt[]
  readonly due: readonly DueBand[] | undefined
}

/** Rules by which the answer, and not the schedule, says when the next attempt is due. */
const dueByAnswer: ReadonlySet<string> = new Set(['webhook-retry-after-seconds', 'webhook-retry-after-unavailable', 'webhook-retry-after-date', 'webhook-retry-after-capped'])

/** The first delivery of a verdict's case in the transcript of a producer; of any other transcript nothing. */
export function deliveries(transcript: readonly TranscriptLine[]): (verdict: Pick<Verdict, 'case' | 'requirement'>) => Delivery | undefined {
  const delivers = transcript.some((line) => line.kind === 'attempt') && transcript.some((line) => line.kind === 'run' && line.target.role === 'producer')
  let witnessed: ProducerWitness | undefined
  return ({ case: id, requirement }) => {
    if (!delivers) return undefined
    witnessed ??= producerWitness(transcript)
    const seen = producerSeen(witnessed, id)
    const attempts = seen ? attemptsOfOne(seen) : []
    const [first] = attempts
    if (!seen || !first) return undefined
    const after = (ms: number) => Math.max(0, ms - first.arrivedMs)
    const due = dueByAnswer.has(requirement) ? undefined : dueBands(seen, attempts)?.map(({ fromMs, toMs }) => ({ fromMs: after(fromMs), toMs: after(toMs) }))
    return { attempts: attempts.map(({ arrivedMs, answer }) => ({ atMs: after(arrivedMs), answer })), due }
  }
}

/** How an attempt stands to its schedule. */
export type Timing = 'in time' | 'early' | 'late' | 'not due'

export function timingOf({ attempts, due }: Delivery, index: number): Timing {
  const atMs = attempts[index]?.atMs ?? 0
  if (index === 0 || !due) return 'in time'
  const band = due[index - 1]
  if (!band) return 'not due'
  return atMs < band.fromMs ? 'early' : atMs > band.toMs ? 'late' : 'in time'
}

/** Where a time stands on the axis of a picture, from 0 to 1: nearly linear up to the first band and logarithmic after it, so that 5 s and 10 min are both seen. */
export function deliveryAxis({ attempts, due = [] }: Delivery): (ms: number) => number {
  const times = [...attempts.map(({ atMs }) => atMs), ...due.map(({ toMs }) => toMs)].filter((ms) => ms > 0)
  const lastMs = Math.max(0, ...times)
  const firstBandMs = due[0]?.fromMs ?? 0
  const bendMs = firstBandMs > 0 ? firstBandMs : Math.max(Math.min(...times), lastMs / 10_000)
  return (ms) => (lastMs === 0 ? 0 : Math.log1p(Math.max(0, ms) / bendMs) / Math.log1p(lastMs / bendMs))
}

const toldAttempts = 12

/** The attempts in words, inert, and the one that did not come. */
export function toldDelivery(delivery: Delivery): string {
  const { attempts, due } = delivery
  const parts = attempts.slice(0, toldAttempts).map(({ atMs, answer }, index) => {
    const timing = timingOf(delivery, index)
    return `${index + 1} at ${timeWords(atMs)}: ${inert(answer, 40)}${timing === 'in time' ? '' : `, ${distance(timing, atMs, due?.[index - 1])}`}`
  })
  const missing = due?.[attempts.length - 1]
  return [
    ...parts,
    ...(attempts.length > toldAttempts ? [`and ${attempts.length - toldAttempts} more`] : []),
    ...(missing ? [`${attempts.length + 1} did not come, due from ${timeWords(missing.fromMs)}`] : []),
  ].join(' · ')
}

/** A duration to three digits: a picture is no finer. */
export function timeWords(ms: number): string {
  if (ms <= 0) return '0 s'
  const unit = 10 ** Math.max(-3, Math.floor(Math.log10(ms)) - 2)
  return durationWords(Math.round(Math.round(ms / unit) * unit * 1000) / 1000)
}

function distance(timing: Timing, atMs: number, band: DueBand | undefined): string {
  if (!band) return timing
  return `${timeWords(timing === 'early' ? band.fromMs - atMs : atMs - band.toMs)} ${timing}`
}

/** The attempts of the first event that arrived, where a case emits several. */
function attemptsOfOne({ attempts, at, endpoints }: ProducerSeen): readonly Attempt[] {
  const own = attempts.length > 0 ? attempts : (endpoints.map(({ name }) => at(name)).find((each) => each.length > 0) ?? [])
  return own.filter(({ event, number }) => event === own[0]?.event && number === own[0]?.number)
}

/**
 * When each further attempt was due, in the tolerance of the verdicts. None is due after an answer that ends
 * the delivery, nor once nobody watched any more. Undefined where the profile publishes no schedule.
 */
function dueBands(seen: ProducerSeen, attempts: readonly Attempt[]): readonly DueBand[] | undefined {
  const { retry } = seen.policy
  if (!retry) return undefined
  const ends = [...seen.policy.success, ...seen.policy.permanent, ...seen.policy.disable]
  const isEnd = ({ answerStatus }: Attempt) => answerStatus !== undefined && matchesStatus(answerStatus, ends)
  const lastDue = attempts.findIndex(isEnd)
  const due = dueTimes(seen, attempts, retry.delaysMs).slice(0, lastDue < 0 ? undefined : lastDue)
  const unseen = due.findIndex(({ fromMs }, index) => attempts[index + 1] === undefined && fromMs > seen.untilMs)
  return due.slice(0, unseen < 0 ? undefined : unseen).map(({ fromMs, toMs }) => ({ fromMs: fromMs - granularityMs, toMs }))
}
