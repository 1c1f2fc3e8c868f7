import type { Verdict } from '../harness/report/report.ts'
import { timeline, type DrawTimeline, type DueBand } from '../harness/report/timeline.ts'
import { matchesStatus } from '../harness/roles/consumer/seen.ts'
import type { Attempt, ProducerSeen } from '../harness/roles/producer/seen.ts'
import { producerSeen, producerWitness, type ProducerWitness } from '../harness/roles/producer/witness.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'

/** Rules by which the answer, and not the schedule, says when the next attempt is due. */
const dueByAnswer: ReadonlySet<string> = new Set(['webhook-retry-after-seconds', 'webhook-retry-after-unavailable', 'webhook-retry-after-date', 'webhook-retry-after-capped'])

/** Draws the first delivery of a verdict's case from the transcript of a producer; of any other transcript nothing. */
export function deliveryTimelines(transcript: readonly TranscriptLine[]): DrawTimeline<Verdict> {
  let witnessed: ProducerWitness | undefined
  return ({ case: id, requirement }, width, paint) => {
    if (!transcript.some((line) => line.kind === 'attempt')) return undefined
    witnessed ??= producerWitness(transcript)
    const seen = producerSeen(witnessed, id)
    const attempts = seen ? attemptsOfOne(seen) : []
    const [first] = attempts
    if (!seen || !first) return undefined
    const after = (ms: number) => Math.max(0, ms - first.arrivedMs)
    const bands = dueByAnswer.has(requirement) ? undefined : dueBands(seen, attempts)?.map(({ fromMs, toMs }) => ({ fromMs: after(fromMs), toMs: after(toMs) }))
    return timeline(attempts.map(({ arrivedMs, answer }) => ({ atMs: after(arrivedMs), answer })), bands, width, paint)
  }
}

/** The attempts of the first event that arrived, where a case emits several. */
function attemptsOfOne({ attempts, at, endpoints }: ProducerSeen): readonly Attempt[] {
  const own = attempts.length > 0 ? attempts : (endpoints.map(({ name }) => at(name)).find((each) => each.length > 0) ?? [])
  return own.filter(({ event, number }) => event === own[0]?.event && number === own[0]?.number)
}

/**
 * When each further attempt was due, in the tolerance of the verdicts: early is what came before every possible start plus
 * the delay, late what neither the jitter nor the exchange nor the harness explains. None is due after an answer that ends
 * the delivery, nor once nobody watched any more. Undefined where the profile publishes no schedule.
 */
function dueBands({ policy, emissions, scale, lagMs, untilMs }: ProducerSeen, attempts: readonly Attempt[]): readonly DueBand[] | undefined {
  const { retry } = policy
  if (!retry) return undefined
  const ends = [...policy.success, ...policy.permanent, ...policy.disable]
  const slackMs = lagMs > 0 || scale > 1 ? 500 + lagMs * 2 : 50
  const bands: DueBand[] = []
  let startMs = emissions.find(({ event }) => event === attempts[0]?.event)?.beforeMs ?? attempts[0]?.arrivedMs ?? 0
  let endMs = startMs
  for (const [index, delayMs] of retry.delaysMs.entries()) {
    const before = attempts[index]
    if (before?.answerStatus !== undefined && matchesStatus(before.answerStatus, ends)) break
    endMs = before ? (before.closedMs ?? before.arrivedMs) : endMs
    const fromMs = startMs + (delayMs * (1 - retry.jitter.down)) / scale
    const toMs = Math.max(fromMs, endMs + ((delayMs * (1 + retry.jitter.up)) / scale) * 1.1 + slackMs)
    if (attempts[index + 1] === undefined && fromMs > untilMs) break
    bands.push({ fromMs: fromMs - 1, toMs })
    startMs = Math.max(fromMs, before?.completedMs ?? before?.arrivedMs ?? fromMs)
    endMs = toMs
  }
  return bands
}
