import { http, type HttpHandler } from 'msw'
import { liveClock } from '../harness/clock/live-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { defaultPolicy } from '../harness/roles/producer/witness.ts'
import type { Answer } from '../reference/consumer/answer.ts'
import type { Setting } from '../reference/producer/parts.ts'
import type { Endpoint } from '../reference/producer/records.ts'
import { answerCreate, answerHealth, answerList, answerRead, answerRemove, callOf, createId, createSecret, readRegistration, refusal, type RegistrationCall } from '../reference/producer/registration.ts'
import { webhookProfile } from './webhook-profile.ts'
import { responseOf } from './webhook-receiver.ts'

export interface SubscriptionApiOptions {
  /** Origin of the API, such as `https://api.example.com`. */
  readonly url: string | URL
  /** A profile with a registration API. Default `event-delivery`. */
  readonly profile?: string | Profile
}

/** One endpoint that was registered. */
export interface Subscription {
  readonly id: string
  readonly url: string
  /** What its deliveries would be signed with. */
  readonly secret: string
  readonly types?: readonly string[]
}

export interface SubscriptionApi {
  readonly handlers: readonly HttpHandler[]
  /** In the order of their registration. */
  readonly subscriptions: readonly Subscription[]
  reset(): void
}

/** Endpoints that are kept; a further registration is answered 503. */
const mostEndpoints = 1000

/**
 * The registration API of a profile in memory, for tests of code that registers endpoints: create, list, read, remove and health.
 *
 * Every other request to the origin is left to other handlers. Nothing is ever delivered.
 * @throws HarnessError `usage` for a profile that describes no registration.
 */
export async function subscriptionApi(options: SubscriptionApiOptions): Promise<SubscriptionApi> {
  const profile = await webhookProfile(options.profile)
  const api = profile.subscription
  if (!api) throw new HarnessError('usage', `the profile ${profile.name} describes no registration API`, 'name one that has x-subscription, such as event-delivery')
  const setting: Setting = { profile, policy: profile.delivery ?? defaultPolicy, clock: liveClock(), random: Math.random }
  const endpoints = new Map<string, Endpoint>()
  const origin = new URL(options.url).origin

  return {
    handlers: [
      http.all(`${origin}/*`, async ({ request }) => {
        const call = callOf(api, request.method, new URL(request.url).pathname)
        const answer = call && (await answerTo(call, request))
        return answer && responseOf(answer)
      }),
    ],
    get subscriptions() {
      return [...endpoints.values()].map(({ id, url, secret, types }) => ({ id, url, secret, ...(types ? { types } : {}) }))
    },
    reset: () => endpoints.clear(),
  }

  async function answerTo({ name, id }: RegistrationCall, request: Request): Promise<Answer | undefined> {
    const endpoint = endpoints.get(id)
    switch (name) {
      case 'create':
        return create(Buffer.from(await request.arrayBuffer()))
      case 'list':
        return answerList([...endpoints.values()], setting)
      case 'read':
        return answerRead(endpoint, setting)
      case 'health':
        return answerHealth(endpoint, setting)
      case 'remove':
        endpoints.delete(id)
        return answerRemove(endpoint, setting)
      default:
        return undefined
    }
  }

  function create(body: Buffer): Answer {
    const asked = readRegistration(body, setting)
    if ('code' in asked) return refusal(400, asked, setting)
    if (!URL.canParse(asked.url)) return refusal(400, { code: 'invalid_url', message: 'The url of a registration has to be one.' }, setting)
    if (endpoints.size >= mostEndpoints) return refusal(503, { code: 'too_many', message: 'Too many endpoints are registered.' }, setting)
    const made = asked.secret === undefined ? createSecret(setting) : undefined
    const endpoint: Endpoint = { ...asked, id: createId(), secret: asked.secret ?? made?.signing ?? '', createdAt: setting.clock.now(), disabled: false, failing: false, attempts: 0, failures: 0 }
    endpoints.set(endpoint.id, endpoint)
    return answerCreate(endpoint, made?.verifying, setting)
  }
}
