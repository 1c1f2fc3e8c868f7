import { http, HttpResponse, type HttpHandler } from 'msw'
import { liveClock } from '../harness/clock/live-clock.ts'
import { parseJson, type Json } from '../harness/profile/json-pointer.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { readKeys } from '../harness/signing/key.ts'
import { verify, type SignatureRefusal } from '../harness/signing/verify.ts'
import type { Answer, Outcome } from '../reference/consumer/answer.ts'
import { createEffects } from '../reference/consumer/effects.ts'
import { honestParts, maxBodyBytes, type Setting } from '../reference/consumer/parts.ts'
import type { ReceivedRequest, RequestHead } from '../reference/consumer/request.ts'
import { webhookProfile } from './webhook-profile.ts'

export interface WebhookReceiverOptions {
  /** Where deliveries are sent to, as the sender spells it. */
  readonly url: string | URL
  /** What signatures are verified with; several during a rotation. Of a key pair it is the public key. */
  readonly secret: string | readonly string[]
  /** A built-in profile by name, the path of a document, or what `loadProfile` gave. Default `event-delivery`. */
  readonly profile?: string | Profile
}

/** What became of a request: `accepted` is a first delivery, `repeated` one that was acknowledged before. */
export type ReceivedAs = 'accepted' | 'repeated' | 'refused' | 'challenge' | 'scripted'

export interface ReceivedDelivery {
  readonly as: ReceivedAs
  /** Why a signature was refused. The sender is not told. */
  readonly reason?: SignatureRefusal
  /** The identity that the profile names, of what was authentic. */
  readonly id?: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The JSON of the body; undefined where it is none. */
  readonly json: Json | undefined
  readonly status: number
}

export interface WebhookReceiver {
  /** For `setupServer(...receiver.handlers)` or `server.use(...)`. */
  readonly handlers: readonly HttpHandler[]
  /** Every request, oldest first; the newest thousand are kept. */
  readonly deliveries: readonly ReceivedDelivery[]
  /** The accepted ones: each event once. */
  readonly accepted: readonly ReceivedDelivery[]
  /** Answers the next authentic deliveries with these statuses, in order, as a receiver does that fails; they count as not received. */
  answerNext(...statuses: readonly number[]): void
  /** Forgets deliveries, identities and scripted answers. */
  reset(): void
}

const keptDeliveries = 1000

/**
 * A webhook receiver for tests of code that sends, in memory.
 *
 * It verifies, acknowledges and recognises repeats as the profile says, with the parts of the reference consumer.
 * @throws HarnessError for a secret that does not fit the profile.
 */
export async function webhookReceiver(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const profile = await webhookProfile(options.profile)
  const url = String(options.url)
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  const keys = { secrets: [options.secret].flat(), config }
  readKeys(profile.signature, keys)
  const clock = liveClock()
  const setting: Setting = { profile, keys, clock, effects: createEffects(clock) }
  const ledger = honestParts.createLedger(setting)
  const deliveries: ReceivedDelivery[] = []
  const scripted: number[] = []

  return {
    handlers: [http.all(withoutQuery(url), async ({ request }) => responseOf(await receive(request)))],
    deliveries,
    get accepted() {
      return deliveries.filter(({ as }) => as === 'accepted')
    },
    answerNext: (...statuses) => void scripted.push(...statuses),
    reset() {
      ledger.clear()
      deliveries.length = 0
      scripted.length = 0
    },
  }

  async function receive(request: Request): Promise<Answer> {
    const head: RequestHead = { method: request.method, url: request.url, headers: [...request.headers] }
    const body = Buffer.from(await request.arrayBuffer())
    const challenge = honestParts.challenge({ ...head, body }, setting)
    if (challenge) return keep({ ...head, body }, challenge, 'challenge')
    const unwanted = honestParts.admit(head, setting) ?? (body.length > maxBodyBytes ? ({ kind: 'too-large' } as const) : undefined)
    return unwanted ? refuse({ ...head, body }, unwanted) : take({ ...head, body })
  }

  async function take(request: ReceivedRequest): Promise<Answer> {
    const verified = verify(profile.signature, request, keys, clock.now())
    if (!verified.verified) return refuse(request, { kind: 'forged' }, verified.reason)
    const content = honestParts.parse(request, setting)
    if (content === 'unreadable') return refuse(request, { kind: 'unreadable' })
    const id = profile.acknowledgement.deduplication ? honestParts.identify(request, content, setting) : ''
    if (id === undefined) return refuse(request, { kind: 'unidentified' })
    const status = scripted.shift()
    if (status !== undefined) return keep(request, { status, headers: {}, body: '' }, 'scripted', { id })
    const isNew = id === '' || (await ledger.claim(id)) === 'new'
    if (id !== '' && isNew) ledger.settle(id)
    return keep(request, answerTo({ kind: isNew ? 'processed' : 'repeated' }, request), isNew ? 'accepted' : 'repeated', { id })
  }

  function refuse(request: ReceivedRequest, outcome: Outcome, reason?: SignatureRefusal): Answer {
    return keep(request, answerTo(outcome, request), 'refused', reason === undefined ? {} : { reason })
  }

  function answerTo(outcome: Outcome, request: ReceivedRequest): Answer {
    return honestParts.answer(outcome, request, setting)
  }

  function keep(request: ReceivedRequest, answer: Answer, as: ReceivedAs, more: Pick<ReceivedDelivery, 'id' | 'reason'> = {}): Answer {
    const text = request.body.toString()
    deliveries.push({ as, ...more, headers: Object.fromEntries(request.headers), text, json: parseJson(text), status: answer.status })
    if (deliveries.length > keptDeliveries) deliveries.shift()
    return answer
  }
}

/** A handler is found by origin and path; what stands in the query is part of what is signed. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** An answer of the reference as one of msw. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new HttpResponse(body === '' ? null : body, { status, headers })
}
