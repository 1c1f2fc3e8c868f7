import Stripe from 'stripe'
import { createControlApi, createJournal } from './control-api.ts'
import { packageVersion } from './package-version.ts'
import { process, startReceiver, type Subject } from './receiver-server.ts'

/** `stripe` as its examples have it: `constructEvent` with the raw body, and 400 with the message of whatever it throws. */
export function start(secret: string): Promise<Subject> {
  const stripe = new Stripe('sk_test_not_used_for_webhooks')
  const journal = createJournal()
  return startReceiver(createControlApi('stripe', packageVersion('stripe'), 'stripe', journal), ({ headers, body }) => {
    let event: Stripe.Event
    try {
      event = stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)
    } catch (error) {
      return { status: 400, body: `Webhook Error: ${error instanceof Error ? error.message : ''}` }
    }
    // The library returns whatever JSON was signed; `null` is not an event.
    const id: unknown = (event as Stripe.Event | null)?.id
    return typeof id === 'string' ? process(journal, id) : { status: 400, body: 'Webhook Error: not an event' }
  })
}
