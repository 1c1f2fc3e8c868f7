import type { SignatureScheme } from '../signing/scheme.ts'

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
  readonly signature: SignatureScheme
  readonly acknowledgement: Acknowledgement
  /** Example deliveries of the document, at least one. The first is the one that most cases send. */
  readonly samples: readonly SampleEvent[]
  readonly rateLimit?: RateLimit
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
