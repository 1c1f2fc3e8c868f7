import { parseJson, valueAt, withValueAt, type Json } from '../../harness/profile/json-pointer.ts'
import { json, type Answer } from '../consumer/answer.ts'
import type { Setting } from './parts.ts'
import type { DeadLetter, Endpoint } from './records.ts'
import { answerRead, isSecret, unknown, type Refusal } from './registration.ts'

/** The secret that a rotation asks for, undefined where the producer makes it, or why it is refused. */
export function readRotation(body: Buffer, { profile }: Setting): { readonly secret: string | undefined } | Refusal {
  const place = profile.subscription?.rotate?.body?.secret
  if (place === undefined) return { secret: undefined }
  const secret = valueAt(parseJson(body.toString()) ?? null, place)
  return typeof secret === 'string' && isSecret(secret, profile.signature) ? { secret } : { code: 'invalid_secret', message: 'The secret is not one of this scheme.' }
}

/** The endpoint with another secret; the one before it goes on signing until the overlap is over. */
export function rotate(endpoint: Endpoint, secret: string, { profile, clock }: Setting): Endpoint {
  const overlapMs = profile.subscription?.rotate?.overlapMs ?? 0
  return { ...endpoint, secret, previous: { secret: endpoint.secret, until: clock.now() + overlapMs / clock.scale } }
}

/** Every secret that an attempt is signed with, the newest first. */
export function secretsOf({ secret, previous }: Endpoint, at: number): readonly string[] {
  return previous !== undefined && at < previous.until ? [secret, previous.secret] : [secret]
}

export function answerRotate({ id, previous }: Endpoint, madeSecret: string | undefined, { profile }: Setting): Answer {
  const told: Json = { id, ...(previous && { previousSecretExpiresAt: new Date(previous.until).toISOString() }) }
  const place = profile.subscription?.rotate?.secret
  return json(200, place === undefined || madeSecret === undefined ? told : withValueAt(told, place, madeSecret))
}

/** Whether an endpoint has failed, without one success, for as long as its producer puts up with. */
export function hasFailedTooLong({ failingSince }: Endpoint, at: number, { policy, clock }: Setting): boolean {
  return policy.disableAfterMs !== undefined && failingSince !== undefined && (at - failingSince) * clock.scale >= policy.disableAfterMs
}

/** The endpoint, taking part again: nothing of its past counts against it. */
export function enable({ failingSince: _failingSince, ...endpoint }: Endpoint): Endpoint {
  return { ...endpoint, disabled: false, failing: false }
}

export function answerEnable(endpoint: Endpoint | undefined, setting: Setting): Answer {
  return answerRead(endpoint, setting)
}

/** What was given up, newest first. */
export function answerDeadLetters(letters: readonly DeadLetter[], { profile }: Setting): Answer {
  const { items = '', fields } = profile.subscription?.deadLetters ?? {}
  const told = letters.toReversed().map((letter): Json => {
    const when = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
    const base: Json = { webhookId: letter.endpoint, reason: letter.reason, firstAttempt: when(letter.firstAttemptAt), lastAttempt: when(letter.lastAttemptAt) }
    // The payload before the id of its event: that may stand inside of it.
    const places: readonly (readonly [string | undefined, Json])[] = [
      [fields?.payload, parseJson(letter.event.body) ?? letter.event.body],
      [fields?.event, letter.event.id],
      [fields?.id, letter.id],
      [fields?.attempts, letter.attempts],
      [fields?.error, letter.lastError ?? null],
    ]
    return places.reduce<Json>((document, [pointer, value]) => (pointer === undefined ? document : withValueAt(document, pointer, value)), base)
  })
  return json(200, withValueAt({}, items, told))
}

export function answerRedeliver(letter: DeadLetter | undefined, setting: Setting): Answer {
  return letter ? { status: 202, headers: {}, body: '' } : unknown(setting)
}
