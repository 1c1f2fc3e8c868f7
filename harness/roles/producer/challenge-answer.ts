import { answerTo, handshakeOf } from '../../handshake/answer.ts'
import type { CapturedAttempt, ScriptedAnswer } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'

/**
 * What an honest endpoint answers when a sender makes sure of it; undefined for what is no challenge of the profile.
 *
 * The receiver that a run plays takes every challenge for a good one: whether a sender knows what it should is not its matter.
 */
export function challengeAnswer({ handshakes = [] }: Profile, attempt: CapturedAttempt, secret: string): ScriptedAnswer | undefined {
  const request = { method: attempt.method, url: attempt.target, headers: attempt.headers, body: attempt.body }
  const handshake = handshakeOf(handshakes, request)
  return handshake && { do: 'answer', ...answerTo(handshake.respond, request, { secret, config: {} }) }
}
