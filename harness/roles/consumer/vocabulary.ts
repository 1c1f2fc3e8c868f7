import type { Handshake } from '../../handshake/handshake.ts'
import type { BodyFraming, HeaderLine, WireRequest } from '../../http/message.ts'
import type { Profile } from '../../profile/profile.ts'
import type { SignatureAlgorithm, SignatureEncoding } from '../../signing/scheme.ts'
import type { Case, Cases, Suite } from '../../suite.ts'
import type { ConsumerNeed } from './needs.ts'
import type { ConsumerSeen } from './seen.ts'

/** A suite of the role `consumer`. */
export type ConsumerSuite = Suite<ConsumerStep, ConsumerSeen, ConsumerNeed>
export type ConsumerCase = Case<ConsumerStep, ConsumerSeen, ConsumerNeed>
export type ConsumerCases = Cases<ConsumerStep, ConsumerSeen, ConsumerNeed>

export function suite(value: ConsumerSuite): ConsumerSuite {
  return value
}

/** One event within a case: a fresh identity, the same for every delivery of it. */
export interface EventRef {
  readonly name: string
  /** Index of the profile's example that it is made from; past the end means the first. */
  readonly sample: number
  /** In place of the example's type. */
  readonly type?: (type: string) => string
  /** Milliseconds before now at which the event itself happened. Default 0. */
  readonly ageMs?: number
  /** Leave out the copies of the identity that the profile declares as `also`. */
  readonly bareIdentity?: boolean
}

export const anEvent: EventRef = { name: 'an event', sample: 0 }
/** Made from the same example: a target may know no other type. */
export const anotherEvent: EventRef = { name: 'another event', sample: 0 }

/** How a delivery differs from an honest one. Everything left out is honest. */
export interface Delivery {
  readonly method?: string
  readonly contentType?: string
  /** The body that an earlier delivery of this event had, in place of the event's own. */
  readonly bodyOf?: EventRef
  /** The body as the sender makes it, before it is signed. */
  readonly body?: (body: Buffer, made: Made) => Buffer
  /** The attempt's time as an offset from now in milliseconds; negative is the past. */
  readonly attemptAtMs?: number
  /** The text of the timestamp field in place of the honest one; it is signed as it stands. */
  readonly timestamp?: (text: string, made: Made) => string
  /** The entries of the signature header in place of the one right entry. */
  readonly signature?: (make: SignatureMaker) => readonly string[]
  /** What happens to the request between signing and sending. */
  readonly afterSigning?: (request: WireRequest, made: Made) => WireRequest
  readonly framing?: (body: Buffer) => BodyFraming
  /** The connection may break off instead of an answer: a large body may be cut short by its receiver. */
  readonly mayBreak?: boolean
  /** It is a challenge, whose answer is judged by this. */
  readonly handshake?: Handshake
  /** Whatever is answered stands: after a 429, too, nothing is sent again. */
  readonly once?: boolean
}

/** What is known of a delivery while it is made. */
export interface Made {
  readonly profile: Profile
  /** Values of the scheme's fields, by field name. */
  readonly fields: Readonly<Record<string, string>>
  /** Text of the identity of the event. */
  readonly id: string
  readonly nowMs: number
  /** Deterministic: the same seed gives the same bytes. */
  random(bytes: number): Buffer
  readonly make: SignatureMaker
}

/** Makes right and wrong signatures over the delivery's signed content. */
export interface SignatureMaker {
  readonly profile: Profile
  /** Tag that the secret signs with; `""` for an untagged scheme. */
  readonly tag: string
  readonly encoding: SignatureEncoding
  /** Signature bytes of the honest signature. */
  right(): Buffer
  /** Signature bytes made with other means. */
  by(choice: { readonly key?: 'other' | 'empty' | 'text' | 'decoded'; readonly algorithm?: SignatureAlgorithm['alg'] }): Buffer
  /** HMAC-SHA256 over the body alone, keyed with the secret's text or its decoded bytes. */
  bodyMac(body: Buffer, key: 'text' | 'decoded'): Buffer
  encode(raw: Buffer, encoding?: SignatureEncoding): string
  /** An entry as the grammar has it: tag or prefix and the encoded signature. */
  entry(encoded: string, tag?: string): string
}

export type ConsumerStep =
  | { readonly do: 'deliver'; readonly event: EventRef; readonly delivery: Delivery }
  | { readonly do: 'send-again'; readonly event: EventRef }
  | { readonly do: 'deliver-together'; readonly event: EventRef; readonly copies: number; readonly distinct: boolean; readonly delivery: Delivery }
  | { readonly do: 'redeliver-until-acknowledged'; readonly event: EventRef; readonly atMost: number; readonly everyMs: number }
  | { readonly do: 'wait-for-effect'; readonly event: EventRef }
  | { readonly do: 'fail-next'; readonly event: EventRef; readonly times: number }
  | { readonly do: 'elapse'; readonly ms: number }

/** Sends one delivery of an event and waits for its answer. */
export function deliver(event: EventRef, delivery: Delivery = {}): ConsumerStep {
  return { do: 'deliver', event, delivery }
}

/** Sends the event's last request again, byte for byte. */
export function sendAgain(event: EventRef): ConsumerStep {
  return { do: 'send-again', event }
}

/** Sends copies of one delivery at the same instant, each on its own connection. */
export function deliverCopies(event: EventRef, copies: number, delivery: Delivery = {}): ConsumerStep {
  return { do: 'deliver-together', event, copies, distinct: false, delivery }
}

/** Sends many different events at the same instant. */
export function deliverBurst(event: EventRef, copies: number): ConsumerStep {
  return { do: 'deliver-together', event, copies, distinct: true, delivery: {} }
}

/** Sends fresh attempts of an event until one is acknowledged, as a producer's retry would. */
export function redeliver(event: EventRef, atMost: number, everyMs: number): ConsumerStep {
  return { do: 'redeliver-until-acknowledged', event, atMost, everyMs }
}

/** Waits until the event has taken effect, for as long as the target may work after its answer. */
export function waitForEffect(event: EventRef): ConsumerStep {
  return { do: 'wait-for-effect', event }
}

/** Makes the target's next attempts to process the event fail. */
export function failNext(event: EventRef, times: number): ConsumerStep {
  return { do: 'fail-next', event, times }
}

/** Lets time pass on the run's clock. */
export function elapse(ms: number): ConsumerStep {
  return { do: 'elapse', ms }
}

export type { HeaderLine }
