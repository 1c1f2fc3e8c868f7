import type { Handshake } from '../handshake/handshake.ts'
import type { SignatureScheme } from '../signing/scheme.ts'
import type { Json } from './json-pointer.ts'

/**
 * What one AsyncAPI document says about an event-delivery API, as the value that roles and cases read.
 *
 * Built-in profiles are compiled to this shape by the build; a user's own document is compiled when the run starts.
 * Durations are milliseconds.
 */
export interface Profile {
  /** `stripe`, `standard-webhooks` … or the file name of a user's document without its extension. */
  readonly name: string
  readonly title: string
  /** `info.version` of the document. */
  readonly version: string
  /** `sha256:` and the hex digest of the document's bytes. */
  readonly hash: string
  /**
   * The document describes a stream and no webhooks. `signature`, `acknowledgement` and `samples` are stand-ins then, and the
   * roles of webhooks refuse the profile.
   */
  readonly withoutWebhooks?: true
  readonly signature: SignatureScheme
  readonly acknowledgement: Acknowledgement
  /** Example deliveries of the document, at least one. The first is the one that most cases send. */
  readonly samples: readonly SampleEvent[]
  readonly rateLimit?: RateLimit
  /** How the producer delivers, tries again and gives up; absent when the document does not say. */
  readonly delivery?: DeliveryPolicy
  /** How endpoints are registered with the producer; absent when the document does not say. */
  readonly subscription?: SubscriptionApi
  /** Challenge exchanges by which a sender makes sure of an endpoint; absent when the document describes none. */
  readonly handshakes?: readonly Handshake[]
  /** How events are streamed, and how a stream is resumed; absent when the document does not say. */
  readonly stream?: EventStreamPolicy
}

/** The value of `x-acknowledgement`, with every default filled in. */
export interface Acknowledgement {
  /** Time from the last byte of a delivery to the status line of its answer. */
  readonly deadlineMs: number
  /** Statuses that acknowledge: exact numbers or classes such as `2xx`. */
  readonly success: readonly StatusPattern[]
  /** Statuses that a refusal of a bad signature should have. */
  readonly refusal: readonly StatusPattern[]
  /** The field that tells a repeat from a new event; absent when the profile declares none. */
  readonly deduplication?: Deduplication
  /** Where the type of an event stands; absent when the profile does not say. */
  readonly eventType?: ValuePlace
  /** Where the time of the event itself stands, as opposed to that of the attempt. */
  readonly eventTime?: ValuePlace & { readonly format: 'rfc3339' | 's' | 'ms' }
  /** JSON pointers that the JSON body of a refusal has, each with the JSON type found there. */
  readonly errorBody?: Readonly<Record<string, 'string' | 'number' | 'object'>>
  /** Bodies up to this size must be accepted. Default 65,536 bytes. */
  readonly minBodyBytes: number
}

export type StatusPattern = number | `${1 | 2 | 3 | 4 | 5}xx`

export type ValuePlace = { readonly in: 'header'; readonly name: string } | { readonly in: 'body'; readonly pointer: string }

export interface Deduplication {
  /** Places whose values together are the identity of an event; usually one. */
  readonly places: readonly ValuePlace[]
  /** Further places that repeat the identity and are kept consistent with it. */
  readonly also: readonly ValuePlace[]
  /** Whether a change of the identity breaks the signature. */
  readonly signed: boolean
  /** How long a repeat has to be recognised. */
  readonly windowMs: number
}

/** One example of a message: what is sent before anything is signed. */
export interface SampleEvent {
  readonly name: string
  /** Application headers of the example, less those that identify or sign a delivery. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly contentType: string
  /** The body as text: compact JSON for an object, otherwise the example as it stands. */
  readonly body: string
}

/** The value of `x-rate-limit`. */
export interface RateLimit {
  readonly status: number
  readonly retryAfter: readonly ('seconds' | 'date')[]
  readonly errorBody?: Readonly<Record<string, 'string' | 'number' | 'object'>>
}

/**
 * The value of `x-delivery`, with every default filled in.
 *
 * A status in several lists counts for the first of success, disable, throttle and permanent, an exact number before a class.
 * What is in none of them is a failure that is tried again.
 */
export interface DeliveryPolicy {
  /** Statuses that end a delivery. Default `2xx`. */
  readonly success: readonly StatusPattern[]
  /** Statuses after which the delivery is given up at once. Default none. */
  readonly permanent: readonly StatusPattern[]
  /** Statuses after which nothing more is sent to the endpoint. Default 410. */
  readonly disable: readonly StatusPattern[]
  /** Statuses with which a `Retry-After` counts. Default 429 and 503. */
  readonly throttle: readonly StatusPattern[]
  /** Longest time of one attempt, from connecting to the last byte of the answer. */
  readonly timeoutMs: number
  /** The document states no timeout: `timeoutMs` is the deadline of `x-acknowledgement`, and a producer cannot be judged by it. */
  readonly timeoutUnpublished?: true
  /** Absent: the producer never retries by itself, unless `retryUnpublished` says that nobody knows when. */
  readonly retry?: RetrySchedule
  /**
   * There are retries, at times that nobody published. Without `retry` no delay can be judged; beside it, the delays hold and
   * further attempts follow the last of them.
   */
  readonly retryUnpublished?: true
  /** A `Retry-After` beyond this delays by no more. Default 24 h. */
  readonly maxRetryAfterMs: number
  /** How many redirects of one attempt are followed. Default 0. */
  readonly redirects: number
  /** An endpoint is disabled once no attempt has succeeded for as long, the first failure being the start; absent: never. */
  readonly disableAfterMs?: number
  /** Where the policy is published, or what it rests on. */
  readonly source?: string
}

/** The waits between the attempts of one delivery; there is one attempt more than there are delays. */
export interface RetrySchedule {
  /** Delay `i` lies between the start of failed attempt `i + 1` and the start of the next one. */
  readonly delaysMs: readonly number[]
  /** How far a delay may differ, as shares of it: 0.2 is 20 %. Default 0 and 0. */
  readonly jitter: { readonly down: number; readonly up: number }
}

/**
 * The value of `x-subscription`: the registration API of a producer as data, with every default filled in.
 *
 * Paths are those of the target's origin; `{id}` in one stands for the id of the endpoint. Places are JSON pointers.
 */
export interface SubscriptionApi {
  readonly create: {
    readonly method: string
    readonly path: string
    /** Places in the request: a string at `url` and `secret`, an array of strings at `types`, an object of fields and values at `filter`. */
    readonly body: { readonly url: string; readonly types?: string; readonly secret?: string; readonly filter?: string }
    /** Further members that every request needs, by their places. */
    readonly constants?: Readonly<Record<string, Json>>
    /** Status of the answer to a registration. */
    readonly status: number
  }
  /** Place of the id in the answer to `create`. */
  readonly id: string
  /** Place, in the answer to `create`, of a secret that the producer makes and tells once; absent when the subscriber gives it. */
  readonly secret?: string
  readonly read?: { readonly method: string; readonly path: string }
  /** `items` is the place of the array of endpoints. */
  readonly list?: { readonly method: string; readonly path: string; readonly items: string }
  readonly remove?: { readonly method: string; readonly path: string }
  /** Counts of attempts, and the share of those that succeeded in per cent. */
  readonly health?: {
    readonly method: string
    readonly path: string
    readonly fields: { readonly total: string; readonly failures: string; readonly rate: string; readonly status?: string }
    /** The word at `status` for an endpoint that was disabled. */
    readonly disabled?: string
  }
  /** Gives an endpoint another secret, while the one before it stays valid for a time. */
  readonly rotate?: SecretRotation
  /** Lets a disabled endpoint take part again. */
  readonly enable?: { readonly method: string; readonly path: string }
  /** Deliveries that were given up; `{id}`, where the path has it, stands for the id of the endpoint. */
  readonly deadLetters?: DeadLetterApi
  /** Places in the answers to `create` and `read` that repeat what was registered. */
  readonly echo: { readonly url?: string; readonly types?: string }
}

/** How the secret of an endpoint is exchanged. It stands in one of the two places: given with the request, or made by the answer. */
export interface SecretRotation {
  readonly method: string
  readonly path: string
  /** Place of the new secret in the request; absent when the producer makes it. */
  readonly body?: { readonly secret: string }
  /** Place of the new secret in the answer; absent when the subscriber gives it. */
  readonly secret?: string
  /** How long deliveries are signed with both secrets, from the answer on. */
  readonly overlapMs: number
}

/** The list of what was given up. Places in `fields` are those of one item. */
export interface DeadLetterApi {
  readonly method: string
  readonly path: string
  /** Place of the array in the answer; the empty pointer when the answer is the array. */
  readonly items: string
  /** `event` is the id under which the event was delivered, `payload` its body: an object, or its text. */
  readonly fields: { readonly id: string; readonly event: string; readonly attempts: string; readonly error: string; readonly payload: string }
  /** Sends it once more; `{id}` stands for the id of the dead letter. */
  readonly redeliver?: { readonly method: string; readonly path: string }
}

/** The value of `x-event-stream`, with every default filled in. */
export interface EventStreamPolicy {
  /** Regular expression that every id matches; absent when the document does not say. */
  readonly id?: string
  /** Longest silence before a comment is due. Default 15 s. */
  readonly heartbeatMs: number
  /** A stream is resumed by `Last-Event-ID`. Default true. */
  readonly resumes: boolean
  /** Where a first connection without an id begins. Default `live`. */
  readonly start: 'live' | 'earliest'
  /** How an id is signalled whose successors are not all there any more, or that never was. */
  readonly lost: LostSignal
  /** Query parameter with a comma list of exact event types. */
  readonly filter?: string
  /** Path of the stream of one resource, on the target's origin: `{key}` stands for the resource. */
  readonly resource?: string
  /** How a client of this profile departs from the standard, on purpose. */
  readonly client: StreamClientPolicy
}

/** Each form that counts; at least one. */
export interface LostSignal {
  /** Statuses before the stream starts. Default 410. */
  readonly statuses: readonly number[]
  /** Type of an event that comes before any other. */
  readonly event?: string
  /** Response header whose value differs from the id that was asked for. */
  readonly header?: string
}

export interface StreamClientPolicy {
  /** Statuses after which a client connects again. Default none: the standard ends for good. */
  readonly retriesOn: readonly StatusPattern[]
  /** What becomes of an event that the end of the body cut short. Default `discarded`: the standard's way. */
  readonly unfinished: 'discarded' | 'dispatched'
  /** A first connection may carry an id. Default true. */
  readonly seeded: boolean
}
