import { finding, inapplicable, unproven, type Finding } from '../../claim.ts'
import { retryAfterProblem } from '../../http/retry-after.ts'
import { parseJson, valueAt } from '../../profile/json-pointer.ts'
import { matchesStatus, type ConsumerSeen, type Reply } from './seen.ts'
import { excerpt, seconds, told } from './told.ts'

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
