import { accepted, anEvent, deliver, reordered, suite, withEventTime, withMember, type ConsumerSeen } from '../harness/roles/consumer/index.ts'

const accepting = ({ reply }: ConsumerSeen) => accepted(reply)
const both = ['consumer-signature/untouched', 'consumer-signature/forged']

export default suite({
  role: 'consumer',
  title: 'Consumers read events by their meaning and survive what is added later',
  cases: {
    'members-reordered': {
      title: 'an event whose members stand in reverse order',
      control: both,
      needs: 'json-object',
      when: [deliver(anEvent, { body: reordered })],
      then: { 'event-member-order-free': accepting },
    },
    'member-unknown': {
      title: 'an event with a member that the target does not know',
      control: both,
      needs: 'json-object',
      when: [deliver(anEvent, { body: withMember('addedInALaterVersion', { of: ['the', 'schema'] }) })],
      then: { 'event-member-unknown-accepted': accepting },
    },
    'type-suffix': {
      title: 'an event whose type carries a version that the target does not know',
      control: both,
      needs: 'event-type',
      when: [deliver({ ...anEvent, type: (type) => `${type}.v9` })],
      then: { 'event-type-suffix-accepted': accepting },
    },
    'schema-version': {
      title: 'an event with a schemaVersion that the target does not know',
      control: both,
      needs: ['json-object', 'versioned-events'],
      when: [deliver(anEvent, { body: withMember('schemaVersion', '9.0') })],
      then: { 'event-schema-version-accepted': accepting },
    },
    'time-with-offset': {
      title: 'an event time with an offset in place of Z',
      control: both,
      needs: ['json-object', 'rfc3339-event-time'],
      when: [deliver(anEvent, { body: withEventTime((now) => new Date(now + 7_200_000).toISOString().replace(/\.\d+Z$/, '+02:00')) })],
      then: { 'event-time-rfc3339-accepted': accepting },
    },
    'time-with-fraction': {
      title: 'an event time with nine digits of a second',
      control: both,
      needs: ['json-object', 'rfc3339-event-time'],
      when: [deliver(anEvent, { body: withEventTime((now) => new Date(now).toISOString().replace(/Z$/, '123456Z')) })],
      then: { 'event-time-rfc3339-accepted': accepting },
    },
  },
})
