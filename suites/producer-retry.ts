import { allSame, answers, awaitAttempts, busyMs, emit, endpoint, everyAttempt, exactly, finding, inapplicable, inOrder, inTurn, missing, notEarly, notLate, producerSuite, retried, seconds, unproven, watch, type Attempt, type ProducerCases, type ProducerSeen, type Profile } from '../harness/roles/producer/index.ts'
import { retryAfterCases } from './retry-after.ts'

const own = 'producer-delivery/delivered'
const basics = ['emits', 'retry'] as const

export default producerSuite({
  role: 'producer',
  title: 'Producers retry by the schedule that they declare: not early, not for ever, and always the same delivery',
  cases: (profile) => {
    const delaysMs = profile.delivery?.retry?.delaysMs ?? []
    return {
      'fails-once': {
        title: 'an endpoint that answers 500 and then 200',
        control: own,
        needs: basics,
        when: [endpoint(inTurn(answers(500), answers(200))), emit(), awaitAttempts(2), watch('second-delay')],
        then: {
          'webhook-retry-failed-attempt': (seen) => retried(seen, seen.attempts, 'the first was answered with 500'),
          'webhook-retry-stops-on-success': (seen) => exactly(seen, seen.attempts, 2, 'the second succeeded'),
        },
      },
      'always-fails': {
        title: 'an endpoint that answers 500 to every attempt',
        control: own,
        needs: basics,
        when: [endpoint(answers(500)), emit(), awaitAttempts('all')],
        then: {
          'webhook-retry-not-early': (seen) => notEarly(seen, seen.attempts, delaysMs),
          'webhook-retry-not-late': (seen) => notLate(seen, seen.attempts, delaysMs),
          'webhook-retry-order': (seen) => inOrder(seen, seen.attempts, delaysMs),
          'webhook-retry-all-attempts': (seen) => allAttempts(seen, delaysMs.length + 1),
          'webhook-retry-keeps-id': ({ attempts }) => allSame(attempts, 'id', ({ id }) => id),
          'webhook-retry-keeps-body': ({ attempts }) => (signsInBody(profile) ? inapplicable('the same body on every attempt', 'the signature of this profile stands in the body') : allSame(attempts, 'body', ({ bodyDigest }) => bodyDigest)),
          'webhook-retry-fresh-timestamp': (seen) => freshTimestamps(seen),
          'webhook-retry-signs-again': ({ attempts }) => (attempts.length < 2 ? unproven('a signature that verifies on every attempt', `${attempts.length} attempts arrived`) : everyAttempt(attempts, 'a signature that verifies on every attempt', ({ signature }) => signature === 'verified', ({ signature }) => signature)),
        },
      },
      'fails-beyond-the-end': {
        title: 'an endpoint that goes on answering 500 after the last attempt of the schedule',
        control: own,
        needs: [...basics, 'schedule-end'],
        when: [endpoint(answers(500)), emit(), awaitAttempts('all'), watch('one-more-delay')],
        then: { 'webhook-retry-gives-up': (seen) => givesUp(seen, delaysMs.length + 1) },
      },
      'eight-fail-together': {
        title: 'eight endpoints that fail at the same instant',
        control: own,
        needs: [...basics, 'subscriptions', 'jitter'],
        when: [...Array.from({ length: 8 }, (_, index) => endpoint(inTurn(answers(500), answers(200)), `endpoint ${index}`)), emit(), ...Array.from({ length: 8 }, (_, index) => awaitAttempts(2, `endpoint ${index}`))],
        then: { 'webhook-retry-jitter': (seen) => spread(seen, 8) },
      },
      ...transient(profile),
      ...permanent(profile),
      gone: {
        title: 'an endpoint that answers 410, and a later event',
        control: own,
        needs: [...basics, 'subscriptions', 'disable'],
        when: [endpoint(answers(410)), emit(), awaitAttempts(1), watch('first-delay'), emit('a later event'), watch('a-moment')],
        then: { 'webhook-retry-gone': (seen) => exactly(seen, seen.attempts, 1, 'the endpoint is gone') },
      },
      ...retryAfterCases(profile),
    }
  },
})

function signsInBody({ signature }: Profile): boolean {
  return signature.signature.sources.some((source) => source.in !== 'header') || Object.values(signature.fields).some((field) => field.in === 'body')
}

/** Statuses that a later attempt may mend. */
function transient({ delivery }: Profile): ProducerCases {
  const matches = (status: number, patterns: readonly (number | string)[]) => patterns.some((pattern) => (typeof pattern === 'number' ? pattern === status : pattern.startsWith(String(Math.floor(status / 100)))))
  const statuses = [404, 408, 429, 500, 502, 503, 504].filter((status) => !matches(status, delivery?.permanent ?? []) && !matches(status, delivery?.disable ?? []) && !matches(status, delivery?.success ?? []))
  return Object.fromEntries(
    statuses.map((status) => [
      `transient-${status}`,
      {
        title: `an endpoint that answers ${status} and then 200`,
        control: own,
        needs: basics,
        when: [endpoint(inTurn(answers(status), answers(200))), emit(), awaitAttempts(2)],
        then: { 'webhook-retry-transient-statuses': (seen) => retried(seen, seen.attempts, `${status} is not permanent in this profile`) },
      } satisfies ProducerCases[string],
    ]),
  )
}

/** Statuses that the profile calls permanent: the first number of each class, or the number itself. */
function permanent({ delivery }: Profile): ProducerCases {
  const statuses = (delivery?.permanent ?? []).map((pattern) => (typeof pattern === 'number' ? pattern : Number(`${pattern[0] ?? '4'}00`)))
  const staged = statuses.length > 0 ? statuses : [400]
  return Object.fromEntries(
    staged.map((status) => [
      `permanent-${status}`,
      {
        title: `an endpoint that answers ${status}`,
        family: 'permanent-*',
        control: own,
        needs: [...basics, 'permanent'],
        when: [endpoint(answers(status)), emit(), awaitAttempts(1), watch('first-delay')],
        then: { 'webhook-retry-permanent-statuses': (seen) => exactly(seen, seen.attempts, 1, `the profile calls ${status} permanent`) },
      } satisfies ProducerCases[string],
    ]),
  )
}

function allAttempts(seen: ProducerSeen, count: number) {
  const expected = `${count} attempts`
  if (seen.attempts.length < count && seen.cutShort) return inapplicable(expected, `observed ${seen.attempts.length} of ${count} attempts; ${count - seen.attempts.length} not measured within the budget`)
  const saw = `${seen.attempts.length} attempts`
  return seen.attempts.length >= count ? finding(true, expected, saw) : missing(seen, expected, saw)
}

function givesUp(seen: ProducerSeen, count: number) {
  const expected = `no attempt after the ${count}th`
  if (seen.attempts.length < count) return seen.cutShort ? inapplicable(expected, `observed ${seen.attempts.length} of ${count} attempts within the budget`) : unproven(expected, `only ${seen.attempts.length} attempts arrived`)
  if (seen.attempts.length > count) return finding(false, expected, `${seen.attempts.length} attempts: the schedule does not end`)
  const watchedMs = seen.untilMs - (seen.attempts.at(-1)?.arrivedMs ?? 0)
  // An attempt that is late because the machine is busy would be missed without the room for it.
  const wholeMs = ((seen.policy.retry?.delaysMs.at(-1) ?? 0) * (1 + (seen.policy.retry?.jitter.up ?? 0)) * 1.1) / seen.scale + seen.lagMs * 2
  if (watchedMs < wholeMs) return inapplicable(expected, `watched ${seconds(watchedMs)} of the ${seconds(wholeMs)} in which another could come; a --budget watches them all`, `none in ${seconds(watchedMs)}`)
  return finding(true, expected, `none in ${seconds(watchedMs)}`)
}

function freshTimestamps(seen: ProducerSeen) {
  const { attempts, profile, scale } = seen
  const expected = 'a timestamp that is that of the attempt'
  if (profile.signature.timestamp === null) return inapplicable(expected, 'the scheme of this profile has no timestamp')
  if (attempts.length < 2) return unproven(expected, `${attempts.length} attempts arrived`)
  const apartMs = (attempts.at(-1)?.arrivedMs ?? 0) - (attempts[0]?.arrivedMs ?? 0)
  if (apartMs < 2500) return inapplicable(expected, `the attempts are ${seconds(apartMs)} apart at ${scale} times the speed, and timestamps have whole seconds`)
  const stale = attempts.find(({ timestampAgeMs }) => timestampAgeMs === undefined || timestampAgeMs > Math.min(Math.max(apartMs - 1100, busyMs(seen)), 60_000))
  return finding(stale === undefined, expected, stale ? `${stale.timestamp ?? 'none'}, ${seconds(stale.timestampAgeMs ?? 0)} old on arrival` : `${attempts.length} attempts, each fresh`)
}

function spread(seen: ProducerSeen, count: number) {
  const seconds2 = Array.from({ length: count }, (_, index) => seen.at(`endpoint ${index}`)[1]).filter((attempt): attempt is Attempt => attempt !== undefined)
  const expected = 'retries at different times'
  if (seconds2.length < count) return unproven(expected, `${seconds2.length} of ${count} endpoints were tried again`)
  const times = seconds2.map(({ arrivedMs }) => Math.round(arrivedMs))
  const distinct = new Set(times).size
  return finding(distinct > count / 2, expected, `${distinct} different times among ${count}`)
}
