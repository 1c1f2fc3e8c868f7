import { all, answered, answers, awaitAttempts, awaitEvents, call, delivered, emit, emitWith, endpoint, endpointForOtherTypes, filteredEndpoint, finding, inapplicable, memberOf, missing, producerSuite, seconds, unproven, unsubscribe, watch, type ApiReply, type ProducerCases, type ProducerSeen } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'
const clientError = (status: number) => status >= 400 && status < 500

export default producerSuite({
  role: 'producer',
  title: 'Producers register endpoints, send them what they asked for, and let go of them',
  cases: (profile) => {
    const api = profile.subscription
    const threeDelaysMs = (profile.delivery?.retry?.delaysMs ?? []).slice(0, 3).reduce((sum, ms) => sum + ms, 0)
    return {
      created: {
        title: 'a registration as the profile describes it',
        control: own,
        needs: ['own-api'],
        when: [endpoint(answers(200)), endpoint(answers(200), 'second'), call('read', { operation: 'create' })],
        then: {
          'subscription-create-status': ({ reply }) => answered(reply('subscribe endpoint'), `${api?.create.status ?? 201}`, (status) => status === (api?.create.status ?? 201)),
          'subscription-create-id': (seen) => idsDiffer(seen),
          'subscription-create-echo': ({ reply, endpoints }) => echoes(reply('subscribe endpoint'), api?.echo.url, endpoints[0]?.url),
          'subscription-secret-unechoed': ({ replies }) => (api?.secret !== undefined ? inapplicable('no secret in any answer', 'the producer of this profile makes the secret and tells it once') : replies.some(({ status }) => status !== undefined) ? finding(!replies.some(({ revealsSecret }) => revealsSecret), 'no secret in any answer', replies.some(({ revealsSecret }) => revealsSecret) ? 'the secret stands in an answer' : `none in ${replies.length} answers`) : unproven('no secret in any answer', 'the API gave no answer')),
        },
      },
      'read-back': {
        title: 'reading a subscription and the list of all',
        control: own,
        needs: ['own-api-read'],
        when: [endpoint(answers(200)), call('read', { operation: 'read' })],
        then: {
          'subscription-read': ({ reply, endpoints }) => all([answered(reply('read'), '200', (status) => status === 200), echoes(reply('read'), api?.echo.url, endpoints[0]?.url)]),
        },
      },
      listed: {
        title: 'the list of subscriptions after two were made',
        control: own,
        needs: ['own-api-list'],
        when: [endpoint(answers(200)), endpoint(answers(200), 'second'), call('list', { operation: 'list' })],
        then: { 'subscription-listed': ({ reply, endpoints }) => (reply('list')?.truncated ? inapplicable('both ids in the list', 'the list is too long to be read whole') : all([answered(reply('list'), '200', (status) => status === 200), ...endpoints.map(({ id }) => finding(id !== undefined && (reply('list')?.body.includes(id) ?? false), 'both ids in the list', reply('list')?.body.slice(0, 160) ?? 'no answer'))])) },
      },
      ...refusedRegistrations(),
      'unknown-id': {
        title: 'reading a subscription that nobody made',
        control: [own, 'created'],
        needs: ['own-api-read'],
        when: [call('read', { operation: 'read', id: 'conformance-no-such-subscription' })],
        then: { 'subscription-unknown': ({ reply }) => answered(reply('read'), '404', (status) => status === 404) },
      },
      deleted: {
        title: 'an event after the endpoint was removed',
        control: own,
        needs: ['emits', 'removable'],
        when: [endpoint(answers(200)), emit(), awaitAttempts(1), unsubscribe(), emit('a later event'), watch('a-moment')],
        then: {
          'subscription-delete': (seen) => {
            const removal = seen.reply('remove endpoint')
            const late = seen.attempts.filter(({ event }) => event === 'a later event')
            return all([delivered(seen.attempts), ...(removal ? [answered(removal, 'a 2xx to the removal', (status) => status >= 200 && status < 300)] : []), finding(late.length === 0, 'nothing after the removal', late.length === 0 ? 'nothing' : `${late.length} attempts`)])
          },
        },
      },
      'deleted-while-it-fails': {
        title: 'an endpoint that fails, and is removed between two attempts',
        control: own,
        needs: ['emits', 'retry', 'removable'],
        when: [endpoint(answers(500)), emit(), awaitAttempts(1), unsubscribe(), watch(threeDelaysMs * 1.1)],
        then: { 'subscription-delete': (seen) => noneBegunAfterRemoval(seen) },
      },
      'other-type': {
        title: 'an endpoint that asked for another type of event',
        control: own,
        needs: ['emits', 'subscriptions'],
        when: [endpoint(answers(200)), endpointForOtherTypes(answers(200), 'other'), emit(), awaitAttempts(1), watch('a-moment')],
        then: { 'subscription-types-filter': (seen) => all([delivered(seen.attempts), finding(seen.at('other').length === 0, 'nothing at the endpoint that asked for another type', seen.at('other').length === 0 ? 'nothing' : `${seen.at('other').length} attempts`)]) },
      },
      'field-filter': {
        title: 'a filter by a field that one of two events matches',
        control: own,
        needs: ['emits', 'own-api-filter'],
        when: [filteredEndpoint(answers(200), 'endpoint', { customerId: 'cust-wanted' }), emitWith({ data: { customerId: 'cust-wanted' } }, 'the wanted event'), emitWith({ data: { customerId: 'cust-other' } }, 'the other event'), awaitAttempts(1), watch('a-moment')],
        then: {
          'subscription-field-filter': ({ attempts }) => finding(attempts.length > 0 && attempts.every(({ event }) => event === 'the wanted event'), 'the wanted event alone', attempts.length === 0 ? 'nothing' : [...new Set(attempts.map(({ event }) => event))].join(' and ')),
        },
      },
      health: {
        title: 'the health of an endpoint after three deliveries that succeeded',
        control: own,
        needs: ['emits', 'own-api-health'],
        when: [endpoint(answers(200)), call('fresh health', { operation: 'health' }), emit('an event', 3), awaitEvents(3), watch('a-moment'), call('health', { operation: 'health' })],
        then: {
          'subscription-health-shape': ({ reply }) => healthShape(reply('health'), api?.health?.fields ?? {}),
          'subscription-health-figures': (seen) => healthFigures(seen),
        },
      },
    }
  },
})

/** An attempt that was in flight at the removal may still arrive, later than it was sent where the machine is busy. */
function noneBegunAfterRemoval(seen: ProducerSeen) {
  const expected = 'no attempt that begins after the removal'
  const [removed] = seen.endpoints
  if (removed?.removedMs === undefined || seen.attempts.length === 0) return unproven(expected, seen.attempts.length === 0 ? 'no attempt arrived' : 'the endpoint was not removed')
  const fromMs = removed.removedMs + (seen.ownsTime ? 0 : 150 + 2 * seen.lagMs)
  const late = seen.attempts.filter(({ arrivedMs }) => arrivedMs > fromMs)
  if (late.length === 0 && seen.untilMs - fromMs < (seen.policy.retry?.delaysMs[0] ?? 0) / seen.scale) return inapplicable(expected, 'it was not watched for as long as a retry may take to come')
  return finding(late.length === 0, expected, late.length === 0 ? 'none' : `${late.length}, the first ${seconds((late[0]?.arrivedMs ?? 0) - removed.removedMs)} after it`)
}

/** Registrations that a producer has to turn down. */
function refusedRegistrations(): ProducerCases {
  const wrong = [
    ['without-url', 'a registration without a URL', 'subscription-url-required', { url: () => undefined }],
    ['url-not-http', 'a registration of a URL that is not http', 'subscription-url-invalid', { url: () => 'ftp://127.0.0.1/hook' }],
    ['url-no-url', 'a registration of a text that is no URL', 'subscription-url-invalid', { url: () => 'not a url' }],
    ['body-not-json', 'a registration whose body is not JSON', 'subscription-body-malformed', { body: '{"url": ' }],
    ['private-address', 'a registration of a link-local address', 'sender-private-address-refused', { url: () => 'http://169.254.169.254/latest/meta-data' }],
    ['url-credentials', 'a registration of a URL with a user and a password', 'sender-url-credentials-refused', { url: (url: string) => url.replace('http://', 'http://user:password@') }],
  ] as const
  return Object.fromEntries(
    wrong.map(([key, title, rule, how]) => [
      key,
      {
        title,
        control: [own, 'producer-subscription/created'],
        needs: ['own-api'],
        when: [call('create', { operation: 'create', ...how })],
        then: { [rule]: ({ reply }: ProducerSeen) => answered(reply('create'), 'a refusal (4xx)', clientError) },
      } satisfies ProducerCases[string],
    ]),
  )
}

function idsDiffer({ endpoints }: ProducerSeen) {
  const ids = endpoints.map(({ id }) => id)
  const refused = endpoints.find(({ refused: why }) => why !== undefined)?.refused
  if (refused !== undefined) return finding(false, 'an id for each registration', refused)
  return finding(ids.every((id) => id !== undefined && id !== '') && new Set(ids).size === ids.length, 'an id for each registration, different from all others', ids.map((id) => id ?? 'none').join(', '))
}

function echoes(reply: ApiReply | undefined, pointer: string | undefined, expected: string | undefined) {
  if (pointer === undefined) return inapplicable('what was registered', 'the profile repeats nothing of a registration')
  const told = memberOf(reply, pointer)
  return finding(told === expected, `${pointer} is the URL that was registered`, String(told ?? 'no such member').slice(0, 160))
}

function healthShape(reply: ApiReply | undefined, fields: Readonly<Record<string, string | undefined>>) {
  const status = answered(reply, '200', (code) => code === 200)
  const missing = Object.entries(fields).find(([, pointer]) => memberOf(reply, pointer) === undefined)
  return all([status, finding(missing === undefined, `the figures ${Object.values(fields).join(', ')}`, missing ? `no ${missing[1] ?? missing[0]} in ${reply?.body.slice(0, 160) ?? ''}` : 'each of them')])
}

function healthFigures(seen: ProducerSeen) {
  const fields = seen.profile.subscription?.health?.fields
  const reply = seen.reply('health')
  const expected = `${seen.attempts.length} attempts, none failed, all of them successful`
  const [total, failures, rate] = [memberOf(reply, fields?.total), memberOf(reply, fields?.failures), memberOf(reply, fields?.rate)]
  const fresh = memberOf(seen.reply('fresh health'), fields?.rate)
  if (reply?.status !== 200) return unproven(expected, 'the health was not told')
  if (fresh !== undefined && fresh !== null) return finding(false, 'no rate while there was no attempt (absent or null)', String(fresh))
  const saw = `${String(total)} attempts, ${String(failures)} failed, rate ${String(rate)}`
  if (total === seen.attempts.length && failures === 0 && (rate === 100 || rate === 1)) return finding(true, expected, saw)
  // Whoever did not read an answer in time counts a failure, and is right to.
  if (seen.attempts.length > seen.emissions.length) return unproven(expected, `${seen.attempts.length} attempts for ${seen.emissions.length} events: not every answer was read`, saw)
  return missing(seen, expected, saw)
}
