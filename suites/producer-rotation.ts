import { answered, answers, awaitAttempts, awaitEvents, emit, endpoint, everyAttempt, finding, inapplicable, inTurn, producerSuite, rotateSecret, unproven, watch, type Attempt, type ProducerSeen } from '../harness/roles/producer/index.ts'

const own = 'producer-delivery/delivered'

export default producerSuite({
  role: 'producer',
  title: 'Producers exchange a secret without a moment in which a receiver knows none that is valid',
  cases: (profile) => {
    const overlapMs = profile.subscription?.rotate?.overlapMs ?? 0
    return {
      overlap: {
        title: 'an event after the secret of its endpoint was exchanged',
        control: own,
        needs: ['emits', 'rotation', 'several-signatures'],
        when: [endpoint(answers(200)), emit('before the exchange'), awaitAttempts(1), rotateSecret(), emit('in the overlap'), awaitEvents(2)],
        then: { 'subscription-rotation-overlap': (seen) => signedByBoth(seen, seen.attempts.filter(({ event }) => event === 'in the overlap')) },
      },
      'retried-in-the-overlap': {
        title: 'a delivery that failed before its secret was exchanged, and is tried again afterwards',
        control: own,
        needs: ['emits', 'retry', 'rotation', 'several-signatures'],
        when: [endpoint(inTurn(answers(500), answers(500), answers(500), answers(200))), emit(), awaitAttempts(1), rotateSecret(), awaitAttempts(4)],
        then: { 'subscription-rotation-overlap': retriesSignedByBoth },
      },
      'overlap-over': {
        title: 'an event after the overlap of an exchange is over',
        control: own,
        needs: ['emits', 'rotation', 'overlap-end'],
        when: [endpoint(answers(200)), emit('before the exchange'), awaitAttempts(1), rotateSecret(), watch(overlapMs + overlapMs / 20 + clockTickMs), emit('after the overlap'), awaitEvents(2)],
        then: { 'subscription-rotation-retires': (seen) => signedByTheNew(seen) },
      },
    }
  },
})

/** Whole seconds are told of the end of a secret. */
const clockTickMs = 2000

function signedByBoth(seen: ProducerSeen, attempts: readonly Attempt[]) {
  const expected = 'signatures by the old and by the new secret'
  return refused(seen, expected) ?? everyAttempt(attempts, expected, (attempt) => byOld(attempt) && byNew(attempt), tell)
}

/**
 * A retry was certainly signed after the exchange when the attempt that it repeats came after it: on a fast clock the first
 * may have been under way, and a busy harness reads later than was sent.
 */
function retriesSignedByBoth(seen: ProducerSeen) {
  const exchangedMs = seen.reply('rotation')?.endedMs ?? Infinity
  const later = seen.attempts.filter((_, index) => (seen.attempts[index - 1]?.arrivedMs ?? -Infinity) >= exchangedMs + seen.lagMs)
  if (later.length === 0 && seen.attempts.length > 1) return inapplicable('signatures by the old and by the new secret', 'every retry may have been under way before the exchange was answered')
  return signedByBoth(seen, later)
}

function signedByTheNew(seen: ProducerSeen) {
  const expected = 'a signature by the new secret and none by the old one'
  const after = seen.attempts.filter(({ event }) => event === 'after the overlap')
  if (after.length === 0 && seen.cutShort) return unproven(expected, 'the budget of the run was spent before the overlap was over')
  return refused(seen, expected) ?? everyAttempt(after, expected, (attempt) => byNew(attempt) && !byOld(attempt), tell)
}

/** Nothing is said of an exchange that did not take place. */
function refused(seen: ProducerSeen, expected: string) {
  const taken = answered(seen.reply('rotation'), 'a 2xx to the exchange', (status) => status >= 200 && status < 300)
  if (taken.holds !== true) return taken.holds === false ? finding(false, taken.expected, taken.saw) : unproven(expected, 'the exchange was not answered')
  return seen.attempts.some(({ rotatedSignature }) => rotatedSignature !== undefined) ? undefined : finding(false, 'the new secret in the answer to the exchange', 'none at the place that the profile names')
}

function byOld({ signature }: Attempt): boolean {
  return signature === 'verified'
}

function byNew({ rotatedSignature }: Attempt): boolean {
  return rotatedSignature === 'verified'
}

function tell(attempt: Attempt): string {
  const by = [...(byOld(attempt) ? ['the old secret'] : []), ...(byNew(attempt) ? ['the new secret'] : [])]
  return by.length === 0 ? `signed by neither (${attempt.rotatedSignature ?? attempt.signature})` : `signed by ${by.join(' and by ')}${by.length === 1 ? ' alone' : ''}`
}
