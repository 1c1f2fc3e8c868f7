import { all, answered, answers, awaitAttempts, call, emit, endpoint, everyAttempt, finding, inapplicable, memberOf, producerSuite, redeliver, unproven, watch, type ApiReply, type Attempt, type ProducerSeen, type ScriptFunction } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'
const lastAttempt = 'producer-retry/always-fails'

export default producerSuite({
  role: 'producer',
  title: 'Producers keep what they gave up where it can be seen, and send it once more when they are asked to',
  cases: (profile) => {
    const attempts = (profile.delivery?.retry?.delaysMs.length ?? 0) + 1
    return {
      'given-up': {
        title: 'the list of dead letters after the last attempt of a delivery has failed',
        control: [own, lastAttempt],
        needs: ['emits', 'retry', 'schedule-end', 'dead-letters'],
        when: [endpoint(answers(500)), emit(), awaitAttempts('all'), watch('a-moment'), call('dead letters', { operation: 'deadLetters' })],
        then: {
          'webhook-retry-dead-letter': (seen) => listed(seen),
          'webhook-retry-dead-letter-facts': (seen) => factsOf(seen),
        },
      },
      redelivered: {
        title: 'a dead letter that somebody asks to be sent once more, when its endpoint works again',
        control: [own, lastAttempt],
        needs: ['emits', 'retry', 'schedule-end', 'redelivery'],
        when: [endpoint(failsUntil(attempts)), emit(), awaitAttempts('all'), watch('a-moment'), redeliver(), awaitAttempts(attempts + 1), watch('a-moment')],
        then: {
          'webhook-retry-manual-sends': (seen) => sentOnceMore(seen, attempts),
          'webhook-retry-manual-same-id': (seen) => sameId(seen, attempts),
          'webhook-retry-manual-fresh': (seen) => fresh(seen, attempts),
        },
      },
    }
  },
})

function failsUntil(attempts: number): ScriptFunction {
  return (n) => ({ do: 'answer', status: n < attempts ? 500 : 200 })
}

/** The dead letter of the case's event, by the id under which the event was delivered. */
function letterOf({ reply, attempts, profile }: ProducerSeen): unknown {
  const api = profile.subscription?.deadLetters
  const items = memberOf(reply('dead letters'), api?.items)
  return Array.isArray(items) ? items.find((item: unknown) => attempts.some((attempt) => isOf(attempt, item, api?.fields))) : undefined
}

function isOf(attempt: Attempt, item: unknown, fields: { readonly event: string; readonly payload: string } | undefined): boolean {
  return (attempt.id !== undefined && String(at(item, fields?.event)) === attempt.id) || samePayload(at(item, fields?.payload), attempt)
}

function listed(seen: ProducerSeen) {
  const { reply, attempts, profile, cutShort } = seen
  const expected = 'the event that was given up in the list, with its last error'
  if (attempts.length === 0) return unproven(expected, 'no attempt arrived')
  if (cutShort) return inapplicable(expected, 'the budget of the run was spent before the last attempt')
  const status = answered(reply('dead letters'), '200', (code) => code === 200)
  if (status.holds !== true) return status
  const letter = letterOf(seen)
  if (letter === undefined && reply('dead letters')?.truncated) return inapplicable(expected, 'the list of dead letters is too long to be read whole')
  const error = at(letter, profile.subscription?.deadLetters?.fields.error)
  return all([finding(letter !== undefined, expected, letter === undefined ? excerpt(reply('dead letters')?.body) : 'it is there'), finding(error !== undefined && error !== null && error !== '', 'the last error', JSON.stringify(error) ?? 'none')])
}

function factsOf(seen: ProducerSeen) {
  const { attempts, profile, cutShort } = seen
  const fields = profile.subscription?.deadLetters?.fields
  const expected = `${attempts.length} attempts, and the payload as it was sent`
  const letter = letterOf(seen)
  if (cutShort) return inapplicable(expected, 'the budget of the run was spent before the last attempt')
  const [first] = attempts
  if (letter === undefined || !first) return unproven(expected, 'there is no dead letter of the event')
  const [count, payload] = [at(letter, fields?.attempts), at(letter, fields?.payload)]
  return all([finding(count === attempts.length, `${attempts.length} attempts`, JSON.stringify(count) ?? 'no number'), finding(samePayload(payload, first), 'the payload as it was sent', excerpt(JSON.stringify(payload)))])
}

/** What keeps a redelivery from being judged. */
function notAsked({ reply, attempts, cutShort }: ProducerSeen, expected: string, count: number) {
  if (attempts.length < count) return cutShort ? inapplicable(expected, `observed ${attempts.length} of ${count} attempts within the budget`) : unproven(expected, `only ${attempts.length} of ${count} attempts arrived`)
  if (reply('redelivery') === undefined) return unproven(expected, `the event is not among the dead letters: ${excerpt(reply('dead letters')?.body)}`)
  return undefined
}

function sentOnceMore(seen: ProducerSeen, count: number) {
  const expected = 'a further attempt, since somebody asked for it'
  const asked = answered(seen.reply('redelivery'), 'a 2xx to the request', (status) => status >= 200 && status < 300)
  return notAsked(seen, expected, count) ?? (asked.holds === true ? finding(arrived(seen, count).length > 0, expected, arrived(seen, count).length > 0 ? 'it came' : `none after the ${count} of the schedule`) : asked)
}

function sameId(seen: ProducerSeen, count: number) {
  const expected = 'the id of the first attempt'
  const { id } = seen.attempts[0] ?? {}
  if (id === undefined) return inapplicable(expected, 'the profile names no id')
  return notAsked(seen, expected, count) ?? everyAttempt(arrived(seen, count), expected, (attempt) => attempt.id === id, (attempt) => attempt.id ?? 'none')
}

function fresh(seen: ProducerSeen, count: number) {
  const expected = 'a timestamp of its own, and a signature that verifies'
  return (
    notAsked(seen, expected, count) ??
    everyAttempt(
      arrived(seen, count),
      expected,
      ({ signature, timestampAgeMs }) => signature === 'verified' && (timestampAgeMs === undefined || Math.abs(timestampAgeMs) < 60_000),
      ({ signature, timestampAgeMs }) => (signature === 'verified' ? `${Math.round((timestampAgeMs ?? 0) / 1000)} s old` : signature),
    )
  )
}

/** What came of the request, whatever id it carries: the marker of the event makes it the case's. */
function arrived({ attempts }: ProducerSeen, count: number): readonly Attempt[] {
  return attempts.slice(count)
}

function at(item: unknown, pointer: string | undefined): unknown {
  return pointer === undefined || item === undefined ? undefined : memberOf(answerOf(JSON.stringify(item)), pointer)
}

/** A text, as an answer whose members can be asked for. */
function answerOf(body: string): ApiReply {
  return { name: '', exchange: '', endedMs: 0, body, headers: [], truncated: false, revealsSecret: false }
}

/** The same JSON value, whatever the order of its members; or the same text. */
function samePayload(payload: unknown, { body }: Attempt): boolean {
  if (typeof payload === 'string') return payload === body
  const sent = memberOf(answerOf(body), '')
  return payload !== undefined && sent !== undefined && ordered(payload) === ordered(sent)
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? ''
}

function excerpt(text: string | undefined): string {
  return text === undefined ? 'no answer' : text.slice(0, 160)
}
