import { all, finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import { parseJson, valueAt } from '../../profile/json-pointer.ts'
import { retryAfterProblem } from '../../http/retry-after.ts'
import { matchesStatus, type Baseline, type ConsumerSeen, type Reply } from './seen.ts'
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

/** The event took effect exactly this often. */
export function tookEffect(seen: ConsumerSeen, event: EventRef, count: number): Finding {
  const effects = seen.effects(event)
  const expected = `${event.name} takes effect ${times(count)}`
  if (effects === undefined) return unproven(expected, 'the effects could not be read')
  return finding(effects === count, expected, `it took effect ${times(effects)} (answers: ${seen.replies.map(short).join(', ')})`, 'effect')
}

/** Nothing was acknowledged that has no effect; `count` effects once anything was acknowledged. */
export function effectOnceAcknowledged(seen: ConsumerSeen, event: EventRef): Finding {
  const own = seen.replies.filter((reply) => reply.event === event.name)
  const expected = `${event.name} takes effect once, and nothing is acknowledged without it`
  if (!own.some((reply) => reply.meaning === 'accepted')) {
    return unproven(expected, 'no attempt was acknowledged', own.map(short).join(', '))
  }
  return tookEffect(seen, event, 1)
}

/** Two events that differ in their identity alone each took effect. */
export function twinsBothTookEffect(seen: ConsumerSeen, first: EventRef, twin: EventRef): Finding {
  const expected = `${first.name} and ${twin.name} each take effect once`
  if (seen.replies.every(({ meaning }) => meaning === 'refused')) return inapplicable(expected, 'the target turns an event down whose body does not repeat its id', seen.replies.map(short).join(', '))
  if (seen.effects(first) === 0) return inapplicable(expected, 'the target knows an event by the id in its body', seen.replies.map(short).join(', '))
  return all([effectOnceAcknowledged(seen, first), effectOnceAcknowledged(seen, twin)])
}

/** The answer to a failed attempt acknowledges nothing. */
export function notAcknowledged(reply: Reply | undefined, why: string): Finding {
  const expected = `no acknowledgement, since ${why}`
  if (!reply) return unproven(expected, 'nothing was delivered')
  return finding(reply.meaning !== 'accepted', expected, told(reply))
}

/** The answer came before the deadline; lateness counts only beyond the lag that the harness measured in itself. */
export function answeredInTime({ reply, deadlineMs, lagMs, baseline }: ConsumerSeen): Finding {
  const expected = `an answer within ${seconds(deadlineMs)}`
  if (reply.latencyMs !== undefined) {
    if (reply.latencyMs <= deadlineMs) return finding(true, expected, `${told(reply)} in time`)
    if (reply.latencyMs <= deadlineMs + lagMs) return unproven(expected, `the harness itself was delayed by up to ${seconds(lagMs)}`, `an answer after ${seconds(reply.latencyMs)}`)
    return finding(false, expected, `an answer after ${seconds(reply.latencyMs)}`)
  }
  if (reply.fault === 'timeout' && (reply === baseline.forged || baseline.forged?.status !== undefined)) return finding(false, expected, `no answer after ${seconds(deadlineMs)}`)
  return unproven(expected, 'the target gave no answer at all', told(reply))
}

/** No answer redirects: a sender does not follow, so the delivery is lost. */
export function notRedirected(reply: Reply): Finding {
  const expected = 'no redirect'
  if (reply.status === undefined) return unproven(expected, 'the target gave no answer', told(reply))
  return finding(reply.meaning !== 'redirected', expected, told(reply))
}

/** The status belongs to the profile's list for refusals. */
export function statusIn(reply: Reply, patterns: ConsumerSeen['profile']['acknowledgement']['refusal']): Finding {
  const expected = `one of ${patterns.join(', ')}`
  if (reply.status === undefined) return unproven(expected, 'the target gave no answer', told(reply))
  return finding(matchesStatus(reply.status, patterns), expected, told(reply))
}

/** The refusal has a client error as its status. */
export function clientError(reply: Reply): Finding {
  const expected = 'a status from 400 to 499'
  if (reply.status === undefined) return unproven(expected, 'the target gave no answer', told(reply))
  if (reply.meaning === 'accepted') return unproven(expected, 'the delivery was not refused', told(reply))
  return finding(reply.status >= 400 && reply.status < 500, expected, told(reply))
}

/** The answer is not a server error. */
export function noServerError(reply: Reply): Finding {
  const expected = 'a status below 500'
  if (reply.status === undefined) return finding(false, expected, told(reply))
  return finding(reply.status < 500, expected, told(reply))
}

/** The JSON body of an answer has the members that the profile declares. */
export function hasErrorBody(reply: Reply, members: Readonly<Record<string, string>> | undefined): Finding {
  const expected = `a JSON body with ${Object.entries(members ?? {}).map(([pointer, type]) => `${pointer} (${type})`).join(', ')}`
  if (!members) return inapplicable(expected, 'the profile declares no error body')
  if (reply.status === undefined) return unproven(expected, 'the target gave no answer', told(reply))
  const document = parseJson(reply.body)
  const missing = Object.entries(members).find(([pointer, type]) => {
    const value = document === undefined ? undefined : valueAt(document, pointer)
    return type === 'object' ? typeof value !== 'object' || value === null : typeof value !== type
  })
  return finding(missing === undefined, expected, missing ? `${told(reply)}; ${missing[0]} is not a ${missing[1]} in ${excerpt(reply.body)}` : told(reply))
}

/** Marks that the recorder leaves where a target's answer held something that only the target should know. */
const leaked = /\[redacted:(?:secret|expected-signature)\]/

/** No answer of the run gives away the secret or the signature that would have been right. */
export function nothingRevealed(replies: readonly Reply[]): Finding {
  const expected = 'neither the secret nor the expected signature in any answer'
  const answered = replies.filter((reply) => reply.status !== undefined && reply.meaning !== 'accepted')
  if (answered.length === 0) return unproven(expected, 'nothing was refused')
  const leak = answered.find((reply) => leaked.test(reply.body) || reply.headers.some(([, value]) => leaked.test(value)))
  return finding(leak === undefined, expected, leak ? `${told(leak)} with it: ${excerpt(leak.body)}` : `nothing of the kind in ${answered.length} answers`)
}

const traces = [/\bat [^\n]{1,200}\([^\n)]{1,300}:\d+:\d+\)/, /\bat (file:\/\/)?\/[^\n ]{1,300}:\d+:\d+/, /Traceback \(most recent call last\)/, /\bat [\w.$]{3,200}\([\w]{1,100}\.java:\d+\)/, /goroutine \d+ \[running\]/, /\.rb:\d+:in [`']/, /\.php\(\d+\)|\.php on line \d+/]

/** No answer of the run shows a stack trace. */
export function noTrace(replies: readonly Reply[]): Finding {
  const expected = 'no stack trace in any answer'
  const answered = replies.filter((reply) => reply.status !== undefined && reply.meaning !== 'accepted')
  if (answered.length === 0) return unproven(expected, 'nothing was refused')
  const trace = answered.find((reply) => traces.some((pattern) => pattern.test(reply.body)))
  return finding(trace === undefined, expected, trace ? `${told(trace)}: ${excerpt(trace.body)}` : `none in ${answered.length} answers`)
}

/** Every 429 of the run says when to come back, in one of the forms of RFC 9110, section 10.2.3. */
export function everyThrottleSaysWhen({ throttled, everyReply }: ConsumerSeen): Finding {
  const expected = 'Retry-After as whole seconds or an HTTP date'
  if (throttled.length === 0) return inapplicable(expected, `no 429 was seen in ${everyReply.length} answers`)
  const bad = throttled.map((reply) => ({ reply, problem: retryAfterProblem(reply.headers) })).find(({ problem }) => problem !== undefined)
  return finding(bad === undefined, expected, bad ? `429 with ${bad.problem}` : `${throttled.length} answers with 429, each with it`)
}

/** Two answers that a sender cannot tell apart: same status, same words. */
export function alike(a: Reply, b: Reply): boolean {
  return a.status === b.status && words(a) === words(b)
}

export type { Baseline }

/** An answer in a few words, as reports show it. */
export function told(reply: Reply): string {
  if (reply.status !== undefined) return `${reply.status}`
  return reply.detail ? `no answer: ${reply.detail}` : `no answer (${reply.fault ?? 'nothing sent'})`
}

function short(reply: Reply): string {
  return reply.status === undefined ? (reply.fault ?? 'none') : String(reply.status)
}

function words(reply: Reply): string {
  return reply.body.replace(/[0-9]+/g, '0').slice(0, 500)
}

function excerpt(text: string): string {
  return text === '' ? 'an empty body' : JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text)
}

function times(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`
}

function seconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`
}
