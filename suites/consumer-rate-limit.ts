import { all, anEvent, deliverBurst, everyThrottleSaysWhen, hasErrorBody, inapplicable, suite } from '../harness/roles/consumer/index.ts'

export default suite({
  role: 'consumer',
  title: 'Consumers that limit the rate say when to come back',
  cases: {
    burst: {
      title: 'a hundred events at the same instant, and every other delivery of the run',
      control: ['consumer-signature/untouched', 'consumer-signature/forged'],
      alone: 'last',
      when: [deliverBurst(anEvent, 100)],
      then: {
        'webhook-rate-limit-retry-after': everyThrottleSaysWhen,
        'webhook-rate-limit-error-body': ({ throttled, profile, everyReply }) =>
          throttled.length === 0
            ? inapplicable('an error body', `no 429 was seen in ${everyReply.length} answers`)
            : all(throttled.map((reply) => hasErrorBody(reply, profile.rateLimit?.errorBody))),
      },
    },
  },
})
