import { all, answers, answered, awaitAttempts, awaitLateAttempts, call, emit, endpoint, endpointOnOwnPort, finding, inapplicable, listenAgain, memberOf, producerSuite, seconds, stopListening, unproven, watch, type ProducerSeen, type Profile, type ScriptFunction } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'
const failsFirst = 'producer-retry/fails-once'

export default producerSuite({
  role: 'producer',
  title: 'Producers put up with endpoints that are away for a while, and let go of those that never come back',
  cases: (profile) => {
    const periodMs = profile.delivery?.disableAfterMs ?? 0
    const scheduleMs = wholeMs(profile)
    return {
      'refused-then-back': {
        title: 'an endpoint on whose port nobody listens when the event is published, and somebody does a moment later',
        control: [own, failsFirst],
        needs: ['emits', 'retry', 'own-ports'],
        when: [endpointOnOwnPort(answers(200)), stopListening(), emit(), watch('a-moment'), listenAgain(), awaitLateAttempts(1, secondRetryMs(profile))],
        then: { 'webhook-delivery-refused-retried': (seen) => cameBack(seen) },
      },
      'failing-for-the-period': {
        title: 'an endpoint that fails for longer than the period of the profile, and a later event',
        control: [own, failsFirst],
        needs: ['emits', 'retry', 'subscriptions', 'disable-after', 'own-clock'],
        when: [endpoint(answers(500)), emit('the first event'), awaitAttempts('all'), watch(periodMs * 1.1), emit('an event at the end of the period'), watch(scheduleMs), emit('a later event'), watch(scheduleMs)],
        then: { 'webhook-disable-failing-period': (seen) => nothingOf(seen, 'a later event', periodMs) },
      },
      'success-within-the-period': {
        title: 'an endpoint that fails, succeeds once, and fails again, over more than the period',
        control: [own, failsFirst],
        needs: ['emits', 'retry', 'subscriptions', 'disable-after', 'own-clock'],
        when: [
          endpoint(failsBut('the event that succeeds', 'the last event')),
          emit('the first event'),
          watch(periodMs * 0.6),
          emit('the event that succeeds'),
          watch(scheduleMs),
          emit('an event that fails again'),
          watch(periodMs * 0.6),
          emit('another one'),
          watch(scheduleMs),
          emit('the last event'),
          watch('a-moment'),
        ],
        then: { 'webhook-disable-success-resets': (seen) => stillDelivered(seen, 'the last event', 'it had succeeded within the period') },
      },
      disabled: {
        title: 'the health of an endpoint that was disabled, which is then enabled and fails once more',
        control: [own, failsFirst, 'failing-for-the-period'],
        needs: ['emits', 'retry', 'disable-after', 'disabled-word', 'own-clock'],
        when: disabledBy(periodMs, scheduleMs, call('health', { operation: 'health' })),
        then: {
          'subscription-health-disabled': ({ reply, profile: { subscription } }) => {
            const word = memberOf(reply('health'), subscription?.health?.fields.status)
            return all([answered(reply('health'), '200', (status) => status === 200), finding(word === subscription?.health?.disabled, `the status "${subscription?.health?.disabled ?? ''}"`, JSON.stringify(word) ?? 'none')])
          },
        },
      },
      'enabled-again': {
        title: 'an endpoint that was disabled and enabled, and then fails once and is given another event',
        control: [own, failsFirst, 'failing-for-the-period'],
        needs: ['emits', 'retry', 'disable-after', 'enabling', 'own-clock'],
        when: [
          ...disabledBy(periodMs, scheduleMs, call('enabling', { operation: 'enable' })),
          emit('an event that fails'),
          watch(scheduleMs),
          emit('the last event'),
          watch('a-moment'),
        ],
        then: {
          'webhook-disable-enabled-again': (seen) =>
            all([answered(seen.reply('enabling'), 'a 2xx to the enabling', (status) => status >= 200 && status < 300), stillDelivered(seen, 'an event that fails', 'it was enabled'), stillDelivered(seen, 'the last event', 'its failing period began anew')]),
        },
      },
    }
  },
})

/** Longest time in which the attempts of one delivery are made, and some room. */
function wholeMs({ delivery }: Profile): number {
  const { delaysMs = [], jitter } = delivery?.retry ?? {}
  return delaysMs.reduce((sum, ms) => sum + ms, 0) * (1 + (jitter?.up ?? 0)) * 1.1 + 1000
}

/** The first two delays: the first retry may come while nobody listens yet, where it is due at once. */
function secondRetryMs({ delivery }: Profile): number {
  const [first = 0, second = 0] = delivery?.retry?.delaysMs ?? []
  return first >= 1000 ? first : first + second
}

function failsBut(...successes: readonly string[]): ScriptFunction {
  return (_, { event }) => ({ do: 'answer', status: successes.includes(event) ? 200 : 500 })
}

function disabledBy(periodMs: number, scheduleMs: number, then: ReturnType<typeof call>) {
  return [endpoint(failsBut('the last event')), emit('the first event'), awaitAttempts('all'), watch(periodMs * 1.1), emit('an event at the end of the period'), watch(scheduleMs), then]
}

function cameBack(seen: ProducerSeen) {
  const { attempts, cutShort, emissions, endpoints } = seen
  const awayMs = (endpoints[0]?.silentUntilMs ?? 0) - (endpoints[0]?.silentFromMs ?? 0)
  const expected = `the event, once somebody listens again after ${seconds(awayMs)}`
  if (emissions.some(({ accepted }) => !accepted)) return unproven(expected, 'the target did not accept the event')
  if (attempts.length === 0 && cutShort) return inapplicable(expected, 'the budget of the run was spent before the next attempt was due')
  return finding(attempts.length > 0, expected, attempts.length > 0 ? `it came after ${seconds((attempts[0]?.arrivedMs ?? 0) - (emissions[0]?.beforeMs ?? 0))}` : 'nothing')
}

function nothingOf({ attempts }: ProducerSeen, event: string, periodMs: number) {
  const expected = `nothing more to an endpoint that has failed for ${seconds(periodMs)}`
  if (!attempts.some((attempt) => attempt.event === 'the first event')) return unproven(expected, 'not even the first event arrived')
  const late = attempts.filter((attempt) => attempt.event === event)
  return finding(late.length === 0, expected, late.length === 0 ? 'nothing' : `${late.length} attempts of ${event}`)
}

function stillDelivered({ attempts }: ProducerSeen, event: string, why: string) {
  const expected = `${event} is delivered, since ${why}`
  const came = attempts.some((attempt) => attempt.event === event)
  return finding(came, expected, came ? 'it was' : 'it was not')
}
