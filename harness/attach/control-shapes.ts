import type { Instant, WholeNumber } from '../scalars.ts'

/**
 * Bodies of the control API, version 1, as they travel; `spec/control.md` says what each verb does. The schemas `control-*.json`
 * are generated from these types. Requests say everything that this version sends; answers may have further members, which are
 * passed over.
 */

/** The answer to `GET C`, and, with `control`, of `/.well-known/event-conformance`. */
export interface ManifestAnswer {
  /** The implementation. */
  readonly name?: string
  /** Its version. */
  readonly version?: string
  /**
   * The roles that it can be judged in.
   *
   * @items.enum ["consumer", "producer", "sse-server", "sse-client", "feed-server", "feed-client"]
   */
  readonly roles: readonly string[]
  /** Name of a built-in profile. */
  readonly profile?: string
  readonly capabilities?: CapabilitiesAnswer
  /**
   * The control URL, absolute or relative to that of the manifest; only in the well-known document.
   *
   * @format uri-reference
   */
  readonly control?: string
  /** Role of the URL that was asked for; only in the well-known document. */
  readonly role?: string
  readonly [member: string]: unknown
}

/** What a test build can do. */
export interface CapabilitiesAnswer {
  /**
   * How many times faster the delivery policy runs.
   *
   * @exclusiveMinimum 0
   */
  readonly timeScale?: number
  /**
   * The shortest deadline that the target can keep for one exchange. 1000 when absent.
   *
   * @exclusiveMinimum 0
   */
  readonly deadlineMs?: number
  /**
   * Stream servers: interval of the heartbeats. That of the profile when absent.
   *
   * @exclusiveMinimum 0
   */
  readonly heartbeatMs?: number
  /**
   * Stream clients: reconnection time until a stream sets another.
   *
   * @exclusiveMinimum 0
   */
  readonly reconnectMs?: number
  /**
   * Stream clients: how many connections can be open at once. Without bound when absent.
   *
   * @minimum 1
   */
  readonly maxConnections?: WholeNumber
  /** Stream clients: listens type by type, and is told every type that may come. */
  readonly types?: boolean
  /**
   * Stream clients: statuses, or classes such as `5xx`, after which the client connects again although the standard ends.
   *
   * @$ref urn:event-delivery-conformance:schema:x-event-stream#/properties/client/properties/retriesOn
   */
  readonly retriesOn?: readonly (number | string)[]
  readonly [member: string]: unknown
}

/** The answer to `GET C/effects`: one entry each time an event took effect, in that order. */
export interface EffectsAnswer {
  readonly effects: readonly EffectEntry[]
  readonly [member: string]: unknown
}

export interface EffectEntry {
  /**
   * Value of the profile's deduplication field.
   *
   * @minLength 1
   */
  readonly event: string
  readonly at: Instant
  readonly [member: string]: unknown
}

/** The body of `POST C/faults`: the next `times` attempts to process the event fail. */
export interface FaultsRequest {
  /**
   * Value of the profile's deduplication field.
   *
   * @minLength 1
   */
  readonly event: string
  /** @minimum 1 */
  readonly times: WholeNumber
}

/** The body of `POST C/subscriptions`: registers an endpoint at a producer. */
export interface SubscriptionRequest {
  /**
   * Where the deliveries go.
   *
   * @format uri
   */
  readonly url: string
  /**
   * What they are signed with; valid for the profile.
   *
   * @minLength 1
   */
  readonly secret: string
  /** Types of event that are wanted; all when absent. */
  readonly types?: readonly string[]
}

/** The answer to `POST C/subscriptions` and to `POST C/connections`. */
export interface CreatedAnswer {
  /**
   * Names it in the paths of later requests.
   *
   * @minLength 1
   */
  readonly id: string
  readonly [member: string]: unknown
}

/** The body of `POST C/events`: what the target is to publish, in this order. */
export interface EventsRequest {
  /** @minItems 1 */
  readonly events: readonly PublishedEvent[]
}

/** An event that the target is asked to emit. */
export interface PublishedEvent {
  readonly type: string
  /** Text is sent on a stream as it stands, any other value as its JSON text. */
  readonly data: unknown
  /** The id that the event is to have; one that was published before is the same event. */
  readonly id?: string
  /** The resource that the event is about. */
  readonly key?: string
}

/** The answer to `POST C/events`. */
export interface EventsAnswer {
  /** Ids of the events, in the order of the request. */
  readonly ids: readonly string[]
  readonly [member: string]: unknown
}

/** The body of `POST C/retention`: only the newest `keep` events stay available, until the next reset. */
export interface RetentionRequest {
  readonly keep: WholeNumber
}

/** The body of `POST C/connections`: what a stream client is asked to read. */
export interface ConnectionRequest {
  /** @format uri */
  readonly url: string
  /** Sent with every request of this connection, reconnections included. */
  readonly headers?: { readonly [name: string]: string }
  /** The id to begin with, as if a stream had set it. */
  readonly lastEventId?: string
  /**
   * The client calls its own `close` while it handles that event, counted from one.
   *
   * @minimum 1
   */
  readonly closeAfter?: WholeNumber
  /** Every type of event that may come; for a client whose capabilities say `"types": true`. */
  readonly types?: readonly string[]
}

/** The answer to `GET C/connections/ID`, also after the connection was closed. */
export interface ConnectionAnswer {
  /** `connecting` too while a reconnection is pending; `closed` once the client has ended for good. */
  readonly state: 'connecting' | 'open' | 'closed'
  /** Every event that the client delivered to its user, over all reconnections, in that order. */
  readonly events: readonly DeliveredEntry[]
  /** How many errors the client reported to its user; 0 when absent. Told, not judged. */
  readonly errors?: number
  readonly [member: string]: unknown
}

export interface DeliveredEntry {
  /** `message` when absent. */
  readonly type?: string
  readonly data: string
  /** The last event id at this event; empty when absent. */
  readonly lastEventId?: string
  readonly [member: string]: unknown
}
