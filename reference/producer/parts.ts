import { randomBytes } from 'node:crypto'
import type { Clock } from '../../harness/clock/clock.ts'
import type { DeliveryPolicy, Profile } from '../../harness/profile/profile.ts'
import { sign } from '../../harness/signing/sign.ts'
import { timestampText } from '../../harness/signing/timestamp.ts'
import type { Answer } from '../consumer/answer.ts'
import { urlProblem } from './address.ts'
import { send, type AttemptContext, type AttemptResult, type OutgoingRequest } from './attempt.ts'
import { asksFor, compose, eventProblem, matches, type NewEvent } from './event.ts'
import { classify, delayFor, type FailedAttempt, type Judgement } from './policy.ts'
import type { DeadLetter, Endpoint, ProducerRecord, PublishedEvent } from './records.ts'
import { answerDeadLetters, answerEnable, answerRedeliver, answerRotate, enable, hasFailedTooLong, rotate, secretsOf } from './upkeep.ts'
import { answerCreate, answerHealth, answerList, answerRead, answerRemove, createId, createSecret, readRegistration, type Refusal, type Registration } from './registration.ts'

/** What every part may know. */
export interface Setting {
  readonly profile: Profile
  readonly policy: DeliveryPolicy
  readonly clock: Clock
  /** Between 0 and 1, for jitter. */
  readonly random: () => number
}

/** One attempt, before it is made. */
export interface Attempt {
  readonly event: PublishedEvent
  readonly endpoint: Endpoint
  /** Counted from 1. */
  readonly number: number
  /** Wall-clock time of its start. */
  readonly at: number
}

/** The decisions of a producer, in the order in which it takes them. Each can be replaced on its own. */
export interface ProducerParts {
  /** What a registration asks for, or why it is refused. */
  readonly readRegistration: (body: Buffer, setting: Setting) => Registration | Refusal
  /** Why a text cannot be the URL of an endpoint. */
  readonly urlProblem: (url: string, setting: Setting) => string | undefined
  readonly createId: (setting: Setting) => string
  /** A secret that the subscriber did not give. */
  readonly createSecret: (setting: Setting) => { readonly signing: string; readonly verifying: string }
  readonly answerCreate: (endpoint: Endpoint, madeSecret: string | undefined, setting: Setting) => Answer
  readonly answerRead: (endpoint: Endpoint | undefined, setting: Setting) => Answer
  readonly answerList: (endpoints: readonly Endpoint[], setting: Setting) => Answer
  readonly answerHealth: (endpoint: Endpoint | undefined, setting: Setting) => Answer
  readonly answerRemove: (endpoint: Endpoint | undefined, setting: Setting) => Answer
  /** The endpoint with another secret. */
  readonly rotate: (endpoint: Endpoint, secret: string, setting: Setting) => Endpoint
  readonly answerRotate: (endpoint: Endpoint, madeSecret: string | undefined, setting: Setting) => Answer
  /** The endpoint that was disabled, enabled. */
  readonly enable: (endpoint: Endpoint, setting: Setting) => Endpoint
  readonly answerEnable: (endpoint: Endpoint | undefined, setting: Setting) => Answer
  readonly answerDeadLetters: (letters: readonly DeadLetter[], setting: Setting) => Answer
  /** What sends a dead letter once more. */
  readonly redeliver: (letter: DeadLetter, setting: Setting) => readonly ProducerRecord[]
  readonly answerRedeliver: (letter: DeadLetter | undefined, setting: Setting) => Answer
  /** What the end of a registration changes. */
  readonly remove: (endpoint: Endpoint, setting: Setting) => readonly ProducerRecord[]

  /** Why an event is not accepted. */
  readonly eventProblem: (event: NewEvent, setting: Setting) => string | undefined
  /** The id that the event is known by from now on. */
  readonly identify: (event: NewEvent, setting: Setting) => string
  readonly asksFor: (endpoint: Endpoint, event: NewEvent, setting: Setting) => boolean
  readonly matches: (endpoint: Endpoint, event: NewEvent, setting: Setting) => boolean
  /** Whether one more delivery may wait for an endpoint, with this many under way. */
  readonly hasRoom: (underWay: number, setting: Setting) => boolean
  readonly compose: (event: NewEvent & { readonly id: string }, setting: Setting) => PublishedEvent

  /** Attempts with the same key share a lane, in which so many are made at once. */
  readonly lane: (endpoint: Endpoint, setting: Setting) => { readonly key: string; readonly width: number }
  /** The request of an attempt: what was published, with the time and the signature of now. */
  readonly dress: (attempt: Attempt, setting: Setting) => OutgoingRequest
  /** Declared milliseconds that an attempt may last, from connecting to the end of the answer. */
  readonly timeoutMs: (setting: Setting) => number
  readonly send: (request: OutgoingRequest, context: AttemptContext, setting: Setting) => Promise<AttemptResult>
  /** The URL that a redirect leads to, if it is followed; `followed` counts those of this attempt. */
  readonly follow: (result: AttemptResult, request: OutgoingRequest, followed: number, setting: Setting) => string | undefined
  readonly classify: (result: AttemptResult, attempt: Attempt, setting: Setting) => Judgement
  /** Whether a failure is the one that disables the endpoint; it is as it was before the attempt. */
  readonly hasFailedTooLong: (endpoint: Endpoint, at: number, setting: Setting) => boolean
  /** Declared milliseconds from the end of a failed attempt to the next one; undefined when there is none. */
  readonly delayFor: (failed: FailedAttempt, attempt: Attempt, setting: Setting) => number | undefined
}

/** As many attempts at once meet one endpoint; what hangs there holds up no other endpoint. */
const laneWidth = 16

export const honestParts: ProducerParts = {
  readRegistration,
  urlProblem,
  createId,
  createSecret,
  answerCreate,
  answerRead,
  answerList,
  answerHealth,
  answerRemove,
  rotate,
  answerRotate,
  enable,
  answerEnable,
  answerDeadLetters,
  redeliver: ({ id }, { clock }) => [{ kind: 'redelivered', letter: id, at: clock.now() }],
  answerRedeliver,
  remove: ({ id }) => [{ kind: 'removed', endpoint: id }],
  eventProblem,
  identify: ({ id }) => id ?? `evt-${randomBytes(16).toString('hex')}`,
  asksFor,
  matches,
  hasRoom: () => true,
  compose: (event, { profile, clock }) => compose(event, clock.now(), profile),
  lane: ({ id }) => ({ key: id, width: laneWidth }),
  dress,
  timeoutMs,
  send,
  follow,
  classify: (result, _, { policy }) => classify(result, policy),
  hasFailedTooLong,
  delayFor: (failed, _, { policy, random }) => delayFor(failed, policy, random),
}

/** The stored bytes, signed with the endpoint's own secret, or with both of a rotation, over the time of this attempt. */
export function dress({ event, endpoint, at }: Attempt, { profile }: Setting): OutgoingRequest {
  const { fields, timestamp, config = [] } = profile.signature
  const values = Object.keys(fields).map((name) => [name, timestamp && name === timestamp.field ? timestampText(timestamp.unit, at) : event.id])
  const unsigned = { method: 'POST', url: endpoint.url, headers: event.headers, body: Buffer.from(event.body) }
  const keys = { secrets: secretsOf(endpoint, at), config: Object.fromEntries(config.map((name) => [name, endpoint.url])) }
  return sign(profile.signature, unsigned, keys, { fields: Object.fromEntries(values) })
}

/** The profile's timeout. A scaled one is not cut below a second, which is what an exchange may really take. */
export function timeoutMs({ policy, clock: { scale } }: Setting): number {
  return scale > 1 ? Math.min(policy.timeoutMs, Math.max(policy.timeoutMs / scale, 1000)) * scale : policy.timeoutMs
}

/** Redirects are followed only where the profile says so, and never to a URL that could not be registered. */
export function follow(result: AttemptResult, { url }: OutgoingRequest, followed: number, { policy }: Setting): string | undefined {
  if (result.kind === 'unanswered' || followed >= policy.redirects || ![301, 302, 303, 307, 308].includes(result.status)) return undefined
  const location = result.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url).href : undefined
  return target !== undefined && urlProblem(target) === undefined ? target : undefined
}
