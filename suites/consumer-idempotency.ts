import { accepted, all, anEvent, anotherEvent, deliver, deliverCopies, effectOnceAcknowledged, elapse, failNext, forged, notAcknowledged, redeliver, sendAgain, suite, tookEffect, twinsBothTookEffect, waitForEffect, type ConsumerSeen, type EventRef } from '../harness/roles/consumer/index.ts'

const both = ['consumer-signature/untouched', 'consumer-signature/forged']
const seenOnce = [...both, 'takes-effect']
const once = (seen: ConsumerSeen) => tookEffect(seen, anEvent, 1)
const repeatAcknowledged = ({ replies }: ConsumerSeen) => all(replies.slice(1).map(accepted))

/** Two events that differ in their identity alone. */
const one: EventRef = { ...anEvent, name: 'one event', bareIdentity: true }
const twin: EventRef = { ...anEvent, name: 'its twin', bareIdentity: true }

export default suite({
  role: 'consumer',
  title: 'Consumers give every event one effect, however often and whenever it arrives',
  cases: (profile) => ({
    'takes-effect': {
      title: 'one delivery of one event',
      control: both,
      needs: ['effects', 'deduplication'],
      when: [deliver(anEvent), waitForEffect(anEvent)],
      then: { 'webhook-ack-takes-effect': (seen) => effectOnceAcknowledged(seen, anEvent) },
    },
    'same-request-twice': {
      title: 'the same request twice, byte for byte',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliver(anEvent), waitForEffect(anEvent), sendAgain(anEvent)],
      then: { 'webhook-idempotency-once': once },
    },
    'fresh-attempt': {
      title: 'a second attempt with a fresh timestamp and signature',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliver(anEvent, { attemptAtMs: -4000 }), waitForEffect(anEvent), deliver(anEvent)],
      then: {
        'webhook-idempotency-attempt-free': once,
        'webhook-idempotency-repeat-acked': repeatAcknowledged,
      },
    },
    'repeat-by-wire': {
      title: 'a repeat of an acknowledged delivery',
      control: both,
      needs: 'deduplication',
      when: [deliver(anEvent), redeliver(anEvent, 4, 300)],
      then: { 'webhook-idempotency-repeat-acked': ({ reply }) => accepted(reply) },
    },
    'eight-at-once': {
      title: 'eight copies of one delivery at the same instant',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliverCopies(anEvent, 8)],
      then: { 'webhook-idempotency-concurrent': (seen) => effectOnceAcknowledged(seen, anEvent) },
    },
    'processing-fails-once': {
      title: 'an event whose first processing fails',
      control: seenOnce,
      needs: ['effects', 'faults', 'deduplication'],
      // A target may say by 429 that its processing failed; that is an answer to judge, not one to obey.
      when: [failNext(anEvent, 1), deliver(anEvent, { once: true }), redeliver(anEvent, 5, 400)],
      then: {
        'webhook-ack-after-effect': ({ replies }) => notAcknowledged(replies[0], 'its processing failed'),
        'webhook-idempotency-after-failure': (seen) => effectOnceAcknowledged({ ...seen, replies: seen.replies.slice(1) }, anEvent),
      },
    },
    'forged-first': {
      title: 'a forged delivery of an id, then the authentic one',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliver(anEvent, forged), deliver(anEvent), waitForEffect(anEvent)],
      then: { 'webhook-idempotency-forged-first': (seen) => all([accepted(seen.reply), once(seen)]) },
    },
    'equal-bodies': {
      title: 'two events with different ids and equal bodies',
      control: seenOnce,
      needs: ['effects', 'deduplication', 'identity-outside-body'],
      when: [deliver(one), waitForEffect(one), deliver(twin, { bodyOf: one }), waitForEffect(twin)],
      then: { 'webhook-idempotency-by-id': (seen) => twinsBothTookEffect(seen, one, twin) },
    },
    'two-events': {
      title: 'two events with different ids',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliver(anEvent), deliver(anotherEvent), waitForEffect(anotherEvent)],
      then: { 'webhook-idempotency-by-id': (seen) => all([effectOnceAcknowledged(seen, anEvent), effectOnceAcknowledged(seen, anotherEvent)]) },
    },
    'repeat-after-six-seconds': {
      title: 'a repeat six seconds after the event took effect',
      control: seenOnce,
      needs: ['effects', 'deduplication', 'real-time'],
      when: [deliver(anEvent), waitForEffect(anEvent), elapse(6000), deliver(anEvent)],
      then: { 'webhook-idempotency-once': once },
    },
    'repeat-late-in-window': {
      title: 'a repeat shortly before the end of the profile’s window',
      control: seenOnce,
      needs: ['effects', 'deduplication', 'own-clock'],
      alone: true,
      when: [deliver(anEvent), waitForEffect(anEvent), elapse((profile.acknowledgement.deduplication?.windowMs ?? 0) - 60_000), deliver(anEvent)],
      then: { 'webhook-idempotency-window': once },
    },
    'newer-before-older': {
      title: 'an event that arrives after one that happened later',
      control: seenOnce,
      needs: ['effects', 'deduplication'],
      when: [deliver({ ...anotherEvent, ageMs: 0 }), waitForEffect(anotherEvent), deliver({ ...anEvent, ageMs: 60_000 }), waitForEffect(anEvent)],
      then: { 'webhook-order-independent': (seen) => all([effectOnceAcknowledged(seen, anotherEvent), effectOnceAcknowledged(seen, anEvent)]) },
    },
    'newer-before-older-by-wire': {
      title: 'the answers to two events in the wrong order',
      control: both,
      when: [deliver({ ...anotherEvent, ageMs: 0 }), deliver({ ...anEvent, ageMs: 60_000 })],
      then: { 'webhook-order-independent': ({ replies }) => all(replies.map(accepted)) },
    },
  }),
})
