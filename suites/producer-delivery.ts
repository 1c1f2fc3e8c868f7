import { all, allDifferent, always, answers, awaitAttempts, awaitEvents, busyMs, chances, delivered, emit, endedWithin, endpoint, endpointWithQuery, everyAttempt, exactly, finding, inapplicable, inTurn, missing, producerSuite, retried, seconds, unproven, watch, type Attempt, type ProducerCases, type ProducerSeen } from '../harness/roles/producer/index.ts'

const own = 'delivered'
const basics = ['emits'] as const
const several = ['emits', 'subscriptions'] as const
/** Plain enough to be left as it is by whoever keeps a URL. */
const query = 'tenant=42&key=a-b_c'

export default producerSuite({
  role: 'producer',
  title: 'Producers deliver what was published, once it is accepted, to whom it concerns, and no further',
  cases: (profile) => ({
    delivered: {
      title: 'one event to one endpoint that acknowledges it',
      needs: 'emits',
      when: [endpoint(answers(200)), emit(), awaitAttempts(1), watch('a-moment')],
      then: {
        'webhook-delivery-arrives': ({ attempts }) => delivered(attempts),
        'webhook-delivery-body-event': (seen) => (namesTypes(profile) ? everyAttempt(seen.attempts, 'the type and the data that were published', (attempt) => carriesType(attempt, seen), (attempt) => attempt.body.slice(0, 120)) : inapplicable('the type that was published', 'the profile has no place for a type that is a text')),
        'webhook-delivery-post': ({ attempts }) => everyAttempt(attempts, 'POST', ({ method }) => method === 'POST', ({ method }) => method),
        'webhook-delivery-content-type': ({ attempts }) => everyAttempt(attempts, mediaType(profile.samples[0]?.contentType ?? ''), (attempt) => mediaType(headerOf(attempt, 'content-type')) === mediaType(profile.samples[0]?.contentType ?? ''), (attempt) => headerOf(attempt, 'content-type') || 'no Content-Type'),
        'webhook-delivery-headers-complete': ({ attempts }) => everyAttempt(attempts, `the headers ${required(profile).join(', ')}`, (attempt) => required(profile).every((name) => headerOf(attempt, name) !== ''), (attempt) => `without ${required(profile).filter((name) => headerOf(attempt, name) === '').join(', ')}`),
        'webhook-delivery-signature-valid': ({ attempts }) => everyAttempt(attempts, 'a signature that verifies over the bytes received', verifies, ({ signature }) => signature),
        'webhook-delivery-timestamp-current': ({ attempts }) => timestampCurrent(attempts, profile.signature.timestamp !== null),
        'webhook-delivery-id-plain': ({ attempts }) => (profile.acknowledgement.deduplication?.places[0]?.in !== 'header' ? inapplicable('an id without delimiter, white space or control characters', 'the id of this profile stands in the body, where JSON holds any text') : everyAttempt(attempts, 'an id without delimiter, white space or control characters', ({ id }) => id === undefined || (/^[\x21-\x7e]{1,256}$/.test(id) && !delimiters(profile).some((sign) => id.includes(sign))), ({ id }) => id ?? 'none')),
        'webhook-delivery-payload-small': ({ attempts }) => everyAttempt(attempts, 'a body below 20 kB', ({ bodyBytes }) => bodyBytes < 20_000, ({ bodyBytes }) => `${bodyBytes} bytes`),
        'webhook-delivery-none-invented': (seen) => finding(seen.foreign.length === 0, 'nothing but the event that was published', seen.foreign.length === 0 ? 'nothing else' : `${seen.foreign.length} other deliveries`),
      },
    },
    'url-with-query': {
      title: 'an endpoint whose URL has a query',
      control: own,
      needs: several,
      when: [endpointWithQuery(answers(200), query), emit(), awaitAttempts(1)],
      then: {
        'webhook-delivery-arrives': ({ attempts }) => (attempts.length === 0 ? delivered(attempts) : everyAttempt(attempts, `the URL as it was registered, with ?${query}`, ({ target }) => target.endsWith(`?${query}`), ({ target }) => (target.includes('?') ? target.slice(target.indexOf('?')) : 'no query'))),
      },
    },
    'twenty-events': {
      title: 'twenty events one after the other',
      control: own,
      needs: ['emits', 'id-field'],
      when: [endpoint(answers(200)), emit('an event', 20), awaitEvents(20), watch('a-moment')],
      then: { 'webhook-delivery-id-unique': ({ attempts }) => allDifferent(firstOfEach(attempts), 'id', ({ id }) => id) },
    },
    'two-endpoints': {
      title: 'one event to two endpoints with secrets of their own',
      control: own,
      needs: several,
      when: [endpoint(answers(200)), endpoint(answers(200), 'second'), emit(), awaitAttempts(1), awaitAttempts(1, 'second')],
      then: { 'webhook-delivery-signature-own-key': (seen) => ownKeys([...seen.attempts, ...seen.at('second')]) },
    },
    ...successes(profile),
    silent: {
      title: 'an endpoint that takes the delivery and never answers',
      control: own,
      needs: [...basics, 'timeout'],
      when: [endpoint(inTurn(always({ do: 'silence' }), answers(200))), emit(), awaitAttempts(2), watch('a-moment')],
      then: { 'webhook-delivery-timeout': (seen) => all([endedWithin(seen, seen.attempts[0]), ...(profile.delivery?.retry ? [retried(seen, seen.attempts, 'the first was not answered')] : [])]) },
    },
    'late-success': {
      title: 'an endpoint that answers 200 when the timeout is over',
      control: own,
      needs: [...basics, 'timeout', 'retry'],
      when: [endpoint(inTurn((_, { timeoutMs, scale }) => ({ do: 'answer', status: 200, afterMs: timeoutMs * scale * 1.5 }), answers(200))), emit(), awaitAttempts(2)],
      then: { 'webhook-delivery-timeout': (seen) => retried(seen, seen.attempts, 'the answer to the first came after the timeout') },
    },
    'header-drips': {
      title: 'an endpoint whose header section drips and is never complete',
      control: own,
      needs: [...basics, 'timeout'],
      when: [endpoint(inTurn(always({ do: 'drip-header', everyMs: 500 }), answers(200))), emit(), awaitAttempts(2), watch('a-moment')],
      then: { 'webhook-delivery-timeout-whole': (seen) => endedWithin(seen, seen.attempts[0]) },
    },
    ...redirects(),
    ...broken(),
    'ack-lost': {
      title: 'an endpoint that takes the delivery and resets the connection in place of its acknowledgement',
      control: own,
      needs: [...basics, 'retry'],
      when: [endpoint(inTurn(always({ do: 'reset', when: 'after-body' }), answers(200))), emit(), awaitAttempts(2)],
      then: { 'webhook-delivery-ack-loss-repeats': (seen) => retried(seen, seen.attempts, 'the acknowledgement of the first was lost') },
    },
    'endless-answer': {
      title: 'an endpoint that answers 200 with a body that never ends, then another event',
      control: own,
      needs: several,
      when: [endpoint(inTurn(always({ do: 'endless-body', status: 200 }), answers(200))), endpoint(answers(200), 'second'), emit(), awaitAttempts(1), watch('a-moment'), emit('the next event'), awaitEvents(2, 'second')],
      then: {
        'webhook-delivery-reply-bounded': (seen) => {
          const next = seen.at('second').filter(({ event }) => event === 'the next event')
          const expected = 'the next event is delivered all the same'
          if (next.length > 0) return finding(true, expected, 'it was')
          return missing(seen, expected, 'it was not')
        },
      },
    },
    'dead-neighbour': {
      title: 'an endpoint that hangs beside one that answers, and ten events',
      control: own,
      needs: several,
      // A producer with one queue for all makes every other case wait for this endpoint.
      alone: 'first',
      when: [endpoint(answers(200)), endpoint(always({ do: 'silence' }), 'dead'), emit('an event', 10), awaitEvents(10), watch('a-moment')],
      then: { 'webhook-delivery-endpoints-apart': (seen) => notDelayed(seen, 10) },
    },
    burst: {
      title: 'a thousand events at once',
      control: own,
      needs: several,
      alone: true,
      when: [endpoint(answers(200)), emit('an event', 1000), awaitEvents(1000)],
      then: { 'webhook-delivery-none-lost': (seen) => noneLost(seen, 1000) },
    },
  }),
})

/** Statuses that all mean the same to a sender. */
function successes({ delivery }: ProducerSeen['profile']): ProducerCases {
  const patterns = delivery?.success ?? ['2xx']
  return Object.fromEntries(
    [200, 201, 202, 204, 299].filter((status) => patterns.some((pattern) => pattern === status || pattern === '2xx')).map((status) => [
      `answered-${status}`,
      {
        title: `an endpoint that answers ${status}`,
        control: own,
        needs: [...basics, 'retry'],
        when: [endpoint(answers(status)), emit(), awaitAttempts(1), watch('first-delay')],
        then: { 'webhook-delivery-success-2xx': (seen) => exactly(seen, seen.attempts, 1, `${status} is success`) },
      } satisfies ProducerCases[string],
    ]),
  )
}

/** Redirects to a URL that nobody registered. */
function redirects(): ProducerCases {
  return Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      `redirected-${status}`,
      {
        title: `an endpoint that redirects with ${status}`,
        control: own,
        needs: [...basics, 'no-redirects'],
        when: [endpoint((n, { elsewhere }) => (n === 0 ? { do: 'answer', status, headers: [['Location', elsewhere]] } : { do: 'answer', status: 200 })), emit(), awaitAttempts(2), watch('a-moment')],
        then: {
          'webhook-delivery-redirect-unfollowed': (seen) => (seen.attempts.length === 0 ? unproven('nothing at the second URL', 'no attempt arrived') : finding(seen.strays.length === 0, 'nothing at the second URL', seen.strays.length === 0 ? 'nothing' : `${seen.strays.length} requests`)),
          'webhook-delivery-redirect-failed': (seen) => (seen.policy.retry ? retried(seen, seen.attempts, `${status} is a failure`) : inapplicable('another attempt', 'the profile publishes no retry schedule')),
        },
      } satisfies ProducerCases[string],
    ]),
  )
}

/** Connections that break before there is an answer. An attempt whose body was not read is not known for one of the case. */
function broken(): ProducerCases {
  const ways = [
    ['reset-before-body', 'resets the connection before it has read the body', 1, [{ do: 'reset', when: 'before-body' }, { do: 'answer', status: 200 }]],
    ['closed-without-answer', 'closes the connection without an answer', 2, [{ do: 'close', when: 'after-body' }, { do: 'answer', status: 200 }]],
  ] as const
  return Object.fromEntries(
    ways.map(([key, words, known, script]) => [
      key,
      {
        title: `an endpoint that ${words}`,
        control: own,
        needs: [...several, 'retry'],
        when: [endpoint(script), emit(), watch('first-delay'), awaitAttempts(known)],
        then: { 'webhook-delivery-reset-retried': (seen) => anotherCame(seen) },
      } satisfies ProducerCases[string],
    ]),
  )
}

function anotherCame(seen: ProducerSeen) {
  const came = seen.attempts.length + seen.foreign.length
  const [expected, saw] = ['another attempt, since the connection broke', `${came} attempts`]
  return came >= 2 ? finding(true, expected, saw) : missing(seen, expected, saw, chances(seen, [...seen.attempts, ...seen.foreign]))
}

function headerOf({ headers }: Attempt, name: string): string {
  return headers.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

function mediaType(text: string): string {
  return text.split(';')[0]?.trim().toLowerCase() ?? ''
}

function verifies({ signature }: Attempt): boolean {
  return signature === 'verified'
}

/** Headers that the scheme reads: its signature and every field that travels alone. */
function required(profile: ProducerSeen['profile']): readonly string[] {
  const fields = Object.values(profile.signature.fields).flatMap((field) => (field.in === 'header' && field.required !== false ? [field.name] : []))
  const sources = profile.signature.signature.sources.flatMap((source) => ('name' in source && source.in === 'header' && (source.keySlot ?? 0) === 0 ? [source.name] : []))
  return [...fields, ...sources]
}

/** Punctuation of the signed content, where the id is a part of it. */
function delimiters(profile: ProducerSeen['profile']): readonly string[] {
  const places = profile.acknowledgement.deduplication?.places ?? []
  const signed = profile.signature.signed.some((part) => {
    const field = 'field' in part ? profile.signature.fields[part.field] : undefined
    return field?.in === 'header' && places.some((place) => place.in === 'header' && place.name.toLowerCase() === field.name.toLowerCase())
  })
  return signed ? profile.signature.signed.flatMap((part) => ('lit' in part && /^[^\w]+$/.test(part.lit) ? [part.lit] : [])) : []
}

/** Types of this profile are texts in a declared place, so that an invented one is found there. */
function namesTypes({ acknowledgement, samples }: ProducerSeen['profile']): boolean {
  const place = acknowledgement.eventType
  if (!place) return false
  return place.in === 'header' || new RegExp(`"${place.pointer.split('/').at(-1) ?? ''}":"`).test(samples[0]?.body ?? '')
}

function carriesType(attempt: Attempt, { emissions }: ProducerSeen): boolean {
  return emissions.some(({ type }) => attempt.body.includes(type) || attempt.headers.some(([, value]) => value === type))
}

function timestampCurrent(attempts: readonly Attempt[], applies: boolean) {
  if (!applies) return { holds: null, outcome: 'inapplicable', expected: 'the time of the attempt', saw: 'nothing to judge', reason: 'the scheme of this profile has no timestamp' } as const
  return everyAttempt(attempts, 'a timestamp within a minute of the arrival', ({ timestampAgeMs }) => timestampAgeMs !== undefined && Math.abs(timestampAgeMs) < 60_000, ({ timestamp, timestampAgeMs }) => (timestampAgeMs === undefined ? `"${timestamp ?? ''}"` : `${seconds(timestampAgeMs)} ago`))
}

function firstOfEach(attempts: readonly Attempt[]): readonly Attempt[] {
  const seen = new Set<number | undefined>()
  return attempts.filter(({ number }) => !seen.has(number) && seen.add(number))
}

function ownKeys(attempts: readonly Attempt[]) {
  return everyAttempt(attempts, 'a signature by the endpoint’s own secret', ({ signature, foreignKey }) => signature === 'verified' && !foreignKey, ({ signature, foreignKey }) => (foreignKey ? 'signed with the secret of another endpoint' : signature))
}

/** A dead endpoint may cost a delivery some time, not the time until the dead one is given up. */
function notDelayed(seen: ProducerSeen, count: number) {
  const expected = `all ${count} events at the healthy endpoint before the dead one times out (${seconds(seen.timeoutMs)})`
  const start = seen.emissions[0]?.afterMs ?? 0
  const early = new Set(seen.attempts.filter(({ arrivedMs }) => arrivedMs - start < seen.timeoutMs * 0.8 + seen.lagMs).map(({ number }) => number))
  const saw = `${early.size} of ${count} in time, ${new Set(seen.attempts.map(({ number }) => number)).size} in all`
  const within = (ms: number) => new Set(seen.attempts.filter(({ arrivedMs }) => arrivedMs - start < ms).map(({ number }) => number)).size
  if (early.size < count && within(seen.timeoutMs + busyMs(seen)) === count && !seen.ownsTime) return unproven(expected, 'a busy machine may be the reason', saw)
  return finding(early.size === count, expected, saw)
}

function noneLost(seen: ProducerSeen, count: number) {
  const got = new Set(seen.attempts.map(({ number }) => number))
  const expected = `all ${count} events, none lost`
  const refused = seen.emissions.some(({ accepted }) => !accepted)
  if (refused) return unproven(expected, `the target did not accept them: ${seen.emissions[0]?.detail ?? ''}`)
  if (got.size < count && seen.cutShort) return unproven(expected, `the budget of the run was spent after ${got.size}`)
  const saw = got.size === count ? `all of them in ${seen.attempts.length} attempts` : `${got.size}; lost for example number ${Array.from({ length: count }, (_, number) => number).find((number) => !got.has(number))}`
  return got.size === count ? finding(true, expected, saw) : missing(seen, expected, saw, chances(seen, []))
}
