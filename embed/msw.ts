/** Handlers of msw that behave as a profile says, and requests that are signed as it says. */
export { eventStream, type EventStream, type EventStreamOptions, type StreamConnection, type StreamEvent } from './event-stream.ts'
export { signedRequest, type SignedRequestOptions, type Tampering } from './signed-request.ts'
export { subscriptionApi, type Subscription, type SubscriptionApi, type SubscriptionApiOptions } from './subscription-api.ts'
export { webhookReceiver, type ReceivedAs, type ReceivedDelivery, type WebhookReceiver, type WebhookReceiverOptions } from './webhook-receiver.ts'
