import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../harness/clock/clock.ts'
import type { Json } from '../../harness/profile/json-pointer.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { SigningKeys } from '../../harness/signing/key.ts'
import { verify } from '../../harness/signing/verify.ts'
import { answer, type Answer, type Outcome } from './answer.ts'
import { answerChallenge } from './challenge.ts'
import type { Effects } from './effects.ts'
import { identify, parse } from './event.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { headerOf, mediaTypeOf, readBody, type ReceivedRequest, type RequestHead } from './request.ts'

/** What every part may know. */
export interface Setting {
  readonly profile: Profile
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly effects: Effects
}

/** The decisions of a consumer, in the order in which it takes them. Each can be replaced on its own. */
export interface ConsumerParts {
  /** The answer to a challenge of the sender; undefined for everything else. Its body is empty unless it is a POST. */
  readonly challenge: (request: ReceivedRequest, setting: Setting) => Answer | undefined
  /** Why a request is turned away before its body is read. */
  readonly admit: (head: RequestHead, setting: Setting) => Outcome | undefined
  /** Whether the sender is too fast. There is no limit by default. */
  readonly pace: (head: RequestHead, setting: Setting) => Outcome | undefined
  readonly readBody: (message: IncomingMessage, setting: Setting) => Promise<Buffer | 'too-large'>
  /** Whether the bytes were signed by the sender for this receiver just now. */
  readonly authenticate: (request: ReceivedRequest, setting: Setting) => boolean
  /** The content, or `unreadable`; null where the profile's bodies are not JSON. */
  readonly parse: (request: ReceivedRequest, setting: Setting) => Json | 'unreadable'
  /** What tells a repeat from a new event; undefined when it is missing. */
  readonly identify: (request: ReceivedRequest, content: Json, setting: Setting) => string | undefined
  readonly createLedger: (setting: Omit<Setting, 'effects'>) => Ledger
  /** What the event is for. Throws when it fails. */
  readonly process: (event: AuthenticEvent, setting: Setting) => void | Promise<void>
  readonly answer: (outcome: Outcome, request: RequestHead & Partial<ReceivedRequest>, setting: Setting) => Answer
}

export interface AuthenticEvent {
  readonly id: string
  readonly content: Json
  readonly request: ReceivedRequest
}

/** Far above any event, far below what hurts. */
export const maxBodyBytes = 1024 * 1024

export const honestParts: ConsumerParts = {
  challenge: (request, setting) => answerChallenge(request, setting, () => authenticate(request, setting)),
  admit,
  pace: () => undefined,
  readBody: (message) => readBody(message, maxBodyBytes),
  authenticate,
  parse,
  identify,
  createLedger: ({ profile, clock }) => createLedger(clock, profile.acknowledgement.deduplication?.windowMs),
  process: ({ id }, { effects }) => effects.take(id),
  answer,
}

/** POST only, and only media types that the profile sends. */
export function admit(head: RequestHead, { profile }: Setting): Outcome | undefined {
  if (head.method !== 'POST') return { kind: 'wrong-method' }
  const known = new Set(profile.samples.map(({ contentType }) => mediaTypeOf(contentType)))
  return known.has(mediaTypeOf(headerOf(head, 'content-type') ?? '')) ? undefined : { kind: 'wrong-type' }
}

/** The signature over the bytes received, at the time of the receiver. Why it failed is nobody's business. */
export function authenticate(request: ReceivedRequest, { profile, keys, clock }: Setting): boolean {
  return verify(profile.signature, request, { ...keys, config: { ...ownUrl(profile, request), ...keys.config } }, clock.now()).verified
}

/** Where a scheme signs configured values, what is not configured is the URL of the endpoint itself. */
function ownUrl({ signature }: Profile, { url }: ReceivedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries((signature.config ?? []).map((name) => [name, url]))
}
