import { accepted, all, anEvent, answeredInTime, deliver, notRedirected, suite, type ConsumerSeen } from '../harness/roles/consumer/index.ts'

const both = ['consumer-signature/untouched', 'consumer-signature/forged']

export default suite({
  role: 'consumer',
  title: 'Consumers acknowledge what they took over, in time, and whatever its type',
  cases: {
    'unknown-type': {
      title: 'an event of a type that nobody announced',
      control: both,
      needs: 'event-type',
      when: [deliver({ ...anEvent, type: () => 'conformance.type.nobody.announced' })],
      then: { 'webhook-ack-unknown-type': ({ reply }: ConsumerSeen) => accepted(reply) },
    },
    'second-sample': {
      title: 'another event of the profile',
      control: both,
      when: [deliver({ name: 'another event', sample: 1 })],
      then: {
        'webhook-ack-deadline': answeredInTime,
        'webhook-ack-no-redirect': ({ replies }) => all(replies.map(notRedirected)),
      },
    },
  },
})
