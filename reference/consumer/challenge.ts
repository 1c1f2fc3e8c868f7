import { answerTo, handshakeOf, mayAnswer } from '../../harness/handshake/answer.ts'
import type { Answer } from './answer.ts'
import type { Setting } from './parts.ts'
import type { ReceivedRequest } from './request.ts'

/** The answer to a challenge of the profile; undefined for what is none, and for one that nobody here has to answer. */
export function answerChallenge(request: ReceivedRequest, { profile, keys }: Setting, isAuthentic: () => boolean): Answer | undefined {
  const handshake = handshakeOf(profile.handshakes ?? [], request)
  if (!handshake) return undefined
  const own = { secret: keys.secrets[0] ?? '', config: keys.config ?? {} }
  const answer = mayAnswer(handshake, request, own, isAuthentic) ? handshake.respond : handshake.else
  if (!answer) return undefined
  const { status, headers, body } = answerTo(answer, request, own)
  return { status, headers: Object.fromEntries(headers), body }
}
