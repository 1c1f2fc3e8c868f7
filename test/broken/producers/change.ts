import type { HeaderLine } from '../../../harness/http/message.ts'
import type { Json } from '../../../harness/profile/json-pointer.ts'
import type { DeliveryPolicy, Profile } from '../../../harness/profile/profile.ts'
import type { Answer } from '../../../reference/consumer/answer.ts'
import type { AttemptResult, OutgoingRequest } from '../../../reference/producer/attempt.ts'
import { honestParts, type Attempt, type ProducerParts, type Setting } from '../../../reference/producer/parts.ts'

/** Makes the request of every attempt after the first in another way. */
export function onRetries(dress: (attempt: Attempt, setting: Setting) => OutgoingRequest): Partial<ProducerParts> {
  return { dress: (attempt, setting) => (attempt.number === 1 ? honestParts.dress : dress)(attempt, setting) }
}

/** The honest request of an attempt whose event was changed before it is signed. */
export function dressed(attempt: Attempt, setting: Setting, change: Partial<Attempt['event']>): OutgoingRequest {
  return honestParts.dress({ ...attempt, event: { ...attempt.event, ...change } }, setting)
}

/** A JSON answer with members changed or, where they are undefined, removed. */
export function retold(answer: Answer, members: Readonly<Record<string, Json | undefined>>): Answer {
  return { ...answer, body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...members }) } // answers of the registration API are objects
}

/** Judges a `Retry-After` in another way: `wait` is asked first, and leaves to the honest rules what it does not decide. */
export function onRetryAfter(wait: (values: readonly string[], status: number, policy: DeliveryPolicy) => 'ignored' | 'at-once' | 'never' | undefined): Partial<ProducerParts> {
  return {
    delayFor(failed, attempt, setting) {
      const values = failed.result.kind === 'answered' ? retryAfterOf(failed.result.headers) : []
      const decided = values.length === 0 || failed.result.kind === 'unanswered' ? undefined : wait(values, failed.result.status, setting.policy)
      if (decided === 'never') return undefined
      if (decided === 'at-once') return 0
      const result: AttemptResult = decided === 'ignored' && failed.result.kind === 'answered' ? { ...failed.result, headers: [] } : failed.result
      return honestParts.delayFor({ ...failed, result }, attempt, setting)
    },
  }
}

/** The delay from the end of a failed attempt to the next one, changed from the second retry on. */
export function onLaterDelays(change: (delayMs: number) => number): Partial<ProducerParts> {
  return {
    delayFor(failed, attempt, setting) {
      const delayMs = honestParts.delayFor(failed, attempt, setting)
      return delayMs === undefined || failed.number === 1 ? delayMs : change(delayMs)
    },
  }
}

/** The profile with another delivery policy. */
export function withPolicy(change: Partial<DeliveryPolicy>): (profile: Profile) => Profile {
  return (profile) => (profile.delivery ? { ...profile, delivery: { ...profile.delivery, ...change } } : profile)
}

/** The profile of a producer that makes the secrets itself, and tells each once. */
export function makingSecrets(profile: Profile): Profile {
  const { subscription: api } = profile
  if (!api) return profile
  const { secret: _, ...body } = api.create.body
  return { ...profile, subscription: { ...api, create: { ...api.create, body }, secret: '/secret' } }
}

function retryAfterOf(headers: readonly HeaderLine[]): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === 'retry-after').map(([, value]) => value.trim())
}
