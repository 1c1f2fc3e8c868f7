import { all, answers, awaitAttempts, emit, endpoint, inTurn, notBefore, notEarly, notLate, retried, seconds, watch, type ProducerCases, type Profile, type ScriptFacts, type ScriptFunction } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'
const basics = ['emits', 'retry'] as const

/** What an endpoint may ask for by `Retry-After`, in every form and at its extremes. */
export function retryAfterCases(profile: Profile): ProducerCases {
  const delaysMs = profile.delivery?.retry?.delaysMs ?? []
  const firstDelayMs = delaysMs[0] ?? 0
  return {
    'retry-after-seconds': {
      title: 'a 429 that asks for more than twice the first delay in seconds',
      control: own,
      needs: [...basics, 'throttle'],
      when: throttled(429, ({ scale }) => String(askedSeconds(firstDelayMs, scale))),
      then: { 'webhook-retry-after-seconds': (seen) => notBefore(seen, askedSeconds(firstDelayMs, seen.scale) * 1000) },
    },
    'retry-after-503': {
      title: 'a 503 that asks for more than twice the first delay in seconds',
      control: own,
      needs: [...basics, 'throttle'],
      when: throttled(503, ({ scale }) => String(askedSeconds(firstDelayMs, scale))),
      then: { 'webhook-retry-after-unavailable': (seen) => notBefore(seen, askedSeconds(firstDelayMs, seen.scale) * 1000) },
    },
    ...dates(firstDelayMs),
    'retry-after-zero': {
      title: 'a 429 that asks for nothing',
      control: own,
      needs: [...basics, 'throttle'],
      when: throttled(429, () => '0'),
      then: { 'webhook-retry-after-zero-past': (seen) => all([retried(seen, seen.attempts, '429 is a failure'), notEarly(seen, seen.attempts, delaysMs)]) },
    },
    'retry-after-past': {
      title: 'a 429 that names a date in the past',
      control: own,
      needs: [...basics, 'throttle'],
      when: throttled(429, ({ nowMs }) => imfDate(nowMs - 3_600_000)),
      then: { 'webhook-retry-after-zero-past': (seen) => all([retried(seen, seen.attempts, '429 is a failure'), notEarly(seen, seen.attempts, delaysMs)]) },
    },
    'retry-after-shorter': {
      title: 'a 429 that asks for a fifth of the first delay',
      control: own,
      needs: [...basics, 'throttle'],
      when: throttled(429, () => String(Math.max(1, Math.floor(firstDelayMs / 5000)))),
      then: { 'webhook-retry-not-early': (seen) => all([retried(seen, seen.attempts, '429 is a failure'), notEarly(seen, seen.attempts, delaysMs)]) },
    },
    ...malformed(profile),
    'retry-after-two-values': {
      title: 'a 429 with two Retry-After headers',
      control: own,
      needs: [...basics, 'throttle'],
      when: [endpoint(inTurn(() => ({ do: 'answer', status: 429, headers: [['Retry-After', '1'], ['Retry-After', '2']] }), answers(200))), emit(), awaitAttempts(2)],
      then: { 'webhook-retry-after-two-values': (seen) => all([retried(seen, seen.attempts, '429 is a failure'), notEarly(seen, seen.attempts, delaysMs)]) },
    },
    'retry-after-huge': {
      title: 'a 429 that asks for ten years',
      control: own,
      needs: [...basics, 'throttle', 'own-clock'],
      when: [endpoint(inTurn(answers(429, [['Retry-After', '315360000']]), answers(200))), emit(), awaitAttempts(1), watch((profile.delivery?.maxRetryAfterMs ?? 0) * 1.2 + firstDelayMs), awaitAttempts(2)],
      then: { 'webhook-retry-after-capped': (seen) => retried(seen, seen.attempts, `the profile waits ${seconds(profile.delivery?.maxRetryAfterMs ?? 0)} at most`) },
    },
  }
}

/** The three spellings of an HTTP date (RFC 9110, section 5.6.7). */
function dates(firstDelayMs: number): ProducerCases {
  const asked = askedSeconds(firstDelayMs, 1) * 1000
  const forms: readonly (readonly [string, string, (ms: number) => string])[] = [
    ['imf-fixdate', 'in the preferred form', imfDate],
    ['rfc-850', 'in the form of RFC 850', rfc850Date],
    ['asctime', 'in the form of asctime', asctimeDate],
  ]
  return Object.fromEntries(
    forms.map(([key, words, spell]) => [
      `retry-after-${key}`,
      {
        title: `a 429 that names a date ${words}`,
        control: own,
        needs: [...basics, 'throttle', 'own-clock'],
        when: throttled(429, ({ nowMs }) => spell(nowMs + asked)),
        then: { 'webhook-retry-after-date': (seen) => notBefore(seen, asked - 1000) },
      } satisfies ProducerCases[string],
    ]),
  )
}

/** Values that are no Retry-After: ignored, and nothing is lost for it. */
function malformed(profile: Profile): ProducerCases {
  const delaysMs = profile.delivery?.retry?.delaysMs ?? []
  return Object.fromEntries(
    [['negative', '-5'], ['fraction', '1.5'], ['words', 'soon'], ['empty', '']].map(([key = '', value = '']) => [
      `retry-after-${key}`,
      {
        title: `a 429 with Retry-After: ${value === '' ? 'nothing' : value}`,
        control: own,
        needs: [...basics, 'throttle'],
        when: throttled(429, () => value),
        then: { 'webhook-retry-after-malformed': (seen) => all([retried(seen, seen.attempts, '429 is a failure'), notEarly(seen, seen.attempts, delaysMs), notLate(seen, seen.attempts, delaysMs)]) },
      } satisfies ProducerCases[string],
    ]),
  )
}

function throttled(status: number, value: (facts: ScriptFacts) => string) {
  const once: ScriptFunction = (_, facts) => ({ do: 'answer', status, headers: [['Retry-After', value(facts)]] })
  return [endpoint(inTurn(once, answers(200))), emit(), awaitAttempts(2)]
}

/** Twice the first delay and a second, and never so little that a fast target’s answer is lost in the noise. */
function askedSeconds(firstDelayMs: number, scale: number): number {
  return Math.ceil(Math.max(firstDelayMs * 2 + 1000, 400 * (scale > 1 ? scale : 0)) / 1000)
}

function imfDate(ms: number): string {
  return new Date(ms).toUTCString()
}

function rfc850Date(ms: number): string {
  const date = new Date(ms)
  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  const [, day = '', month = '', year = '', time = ''] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? []
  return `${days[date.getUTCDay()] ?? ''}, ${day}-${month}-${year.slice(2)} ${time} GMT`
}

function asctimeDate(ms: number): string {
  const [, week = '', day = '', month = '', year = '', time = ''] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? []
  return `${week} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
}
