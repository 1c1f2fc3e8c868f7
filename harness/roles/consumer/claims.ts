import { all, finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import { retryAfterProblem } from '../../http/retry-after.ts'
import type { ConsumerSeen, Reply } from './seen.ts'
import { alike, times, told } from './told.ts'
import type { EventRef } from './vocabulary.ts'

/**
 * The delivery was acknowledged with one of the profile's success statuses.
 *
 * A 429 that says when to come back was obeyed before anything is judged. One that does not says nothing about the
 * delivery; the rule on Retry-After judges that, and no rule is failed twice for one cause.
 */
export function accepted(reply: Reply): Finding {
  const expected = 'an acknowledgement (2xx)'
  if (reply.meaning === 'throttled' && retryAfterProblem(reply.headers) !== undefined) return unproven(expected, 'the target answered 429: it refused the rate, not the delivery', told(reply))
  if (reply.fault === 'timeout') return unproven(expected, 'no answer came in time; the rule on the deadline judges that', told(reply))
  return finding(reply.meaning === 'accepted', expected, told(reply))
}

/**
 * Acknowledged, in a case that is played although the untouched delivery may be refused.
 *
 * What is refused like an untouched delivery says nothing about the way in which it differs from one.
 */
export function acceptedUnlikeUntouched({ reply, baseline }: ConsumerSeen): Finding {
  const found = accepted(reply)
  if (found.holds !== false || baseline.untouched === undefined || baseline.untouched.meaning === 'accepted') return found
  return unproven(found.expected, `the target does not acknowledge an untouched delivery either (${told(baseline.untouched)})`, found.saw)
}

/** Every one of the deliveries was acknowledged. */
export function allAccepted(replies: readonly Reply[]): Finding {
  return all(replies.map(accepted))
}

/**
 * The delivery was refused: a 4xx and, where effects can be seen, no effect.
 *
 * A target that answers every forged delivery with one other status that is no acknowledgement refuses in its own way;
 * the rules on the status of a refusal judge that, and no rule is failed twice for one cause.
 */
export function refused(seen: ConsumerSeen, event?: EventRef): Finding {
  const { reply, baseline } = seen
  const learned = baseline.forged?.status
  const ownWay = learned !== undefined && learned === reply.status && ['server-error', 'redirected', 'other'].includes(reply.meaning)
  const effects = event && seen.effects(event)
  const expected = `a refusal (4xx)${effects === undefined ? '' : ' and no effect'}`
  if (reply.meaning === 'throttled') return unproven(expected, 'the target answered 429: it refused the rate, not the delivery', told(reply))
  if (effects !== undefined && effects > 0) return finding(false, expected, `${told(reply)}, and the event took effect ${times(effects)}`, 'effect')
  const saw = `${told(reply)}${effects === undefined ? '' : ' and no effect'}`
  return finding(reply.meaning === 'refused' || ownWay, expected, saw, effects === undefined ? 'wire' : 'effect')
}

/** Refused in any way that a size limit may: 4xx, a broken connection, or no answer that acknowledges. */
export function notAccepted({ reply }: ConsumerSeen): Finding {
  const expected = 'no acknowledgement'
  return finding(reply.meaning !== 'accepted' && (reply.status !== undefined || reply.fault === 'reset' || reply.fault === 'closed'), expected, told(reply))
}

/** The body was too large and the target said so, or broke off, and still answers afterwards. */
export function refusedForSize(seen: ConsumerSeen): Finding {
  const [large, after] = seen.replies
  if (!large || !after) return unproven('a refusal, then an acknowledgement', 'the target was not asked twice')
  const refusedLarge = large.meaning !== 'accepted' && large.meaning !== 'server-error' && large.fault !== 'timeout'
  return finding(
    refusedLarge && after.meaning === 'accepted',
    'a refusal (413 or a closed connection), and an acknowledgement of the next delivery',
    `${told(large)}, then ${told(after)}`,
  )
}

/**
 * The delivery was authentic and not treated as forged, whether or not the target can use its body.
 *
 * Needs a target that answers forged and unreadable deliveries differently; otherwise there is nothing to tell apart.
 */
export function takenAsAuthentic({ reply, baseline }: ConsumerSeen): Finding {
  const expected = 'an answer other than that to a forged delivery'
  if (reply.meaning === 'accepted') return finding(true, expected, told(reply))
  if (!baseline.forged || !baseline.unreadable) return inapplicable(expected, 'the profile knows no authentic delivery that cannot be read')
  if (alike(baseline.forged, baseline.unreadable)) {
    return inapplicable(expected, 'the target answers forged and unreadable deliveries alike', told(reply))
  }
  if (reply.fault !== undefined) return unproven(expected, 'the target gave no answer', told(reply))
  return finding(!alike(reply, baseline.forged), expected, `${told(reply)}; forged: ${told(baseline.forged)}; unreadable: ${told(baseline.unreadable)}`)
}

/** Accepted, or turned down for what the payload says and not for its signature. */
export function acceptedOrOwnReasons(seen: ConsumerSeen): Finding {
  const found = accepted(seen.reply)
  if (found.holds === true) return found
  const authentic = takenAsAuthentic(seen)
  if (authentic.holds !== true) return authentic
  return inapplicable('an acknowledgement (2xx)', 'the target turns this payload down for reasons of its own', told(seen.reply))
}

/** A forged delivery with an unreadable body is refused as forged, so the body was not looked at first. */
export function refusedAsForged({ reply, baseline }: ConsumerSeen): Finding {
  const expected = 'the answer that any forged delivery gets'
  if (!baseline.forged || !baseline.unreadable) return inapplicable(expected, 'the profile knows no authentic delivery that cannot be read')
  if (alike(baseline.forged, baseline.unreadable)) {
    return inapplicable(expected, 'the target answers forged and unreadable deliveries alike', told(reply))
  }
  return finding(reply.status === baseline.forged.status, expected, `${told(reply)}; forged: ${told(baseline.forged)}; unreadable: ${told(baseline.unreadable)}`)
}
