import type { Suites } from '../harness/judge.ts'
import acknowledgement from './consumer-acknowledgement.ts'
import body from './consumer-body.ts'
import event from './consumer-event.ts'
import header from './consumer-header.ts'
import idempotency from './consumer-idempotency.ts'
import list from './consumer-list.ts'
import nonsense from './consumer-nonsense.ts'
import rateLimit from './consumer-rate-limit.ts'
import producerDelivery from './producer-delivery.ts'
import producerRetry from './producer-retry.ts'
import producerSafety from './producer-safety.ts'
import producerSubscription from './producer-subscription.ts'
import refusal from './consumer-refusal.ts'
import signature from './consumer-signature.ts'
import timestamp from './consumer-timestamp.ts'

/** Every suite by its file's name, in the order in which a run plays and reports them. */
export const suites: Suites = {
  consumer: {
    'consumer-signature': signature,
    'consumer-list': list,
    'consumer-header': header,
    'consumer-timestamp': timestamp,
    'consumer-body': body,
    'consumer-event': event,
    'consumer-acknowledgement': acknowledgement,
    'consumer-refusal': refusal,
    'consumer-idempotency': idempotency,
    'consumer-rate-limit': rateLimit,
    'consumer-nonsense': nonsense,
  },
  producer: {
    'producer-delivery': producerDelivery,
    'producer-retry': producerRetry,
    'producer-subscription': producerSubscription,
    'producer-safety': producerSafety,
  },
}
