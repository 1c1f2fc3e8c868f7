import type { HeaderLine } from '../../http/message.ts'
import type { DeliveryPolicy, Profile } from '../../profile/profile.ts'

/** One attempt, as the capture saw it. Milliseconds on the run's clock. */
export interface Attempt {
  readonly exchange: string
  readonly endpoint: string
  /** Name of the case's event that it carries; undefined when it is none of this case. */
  readonly event?: string
  /** Number of the event where many were emitted under one name. */
  readonly number?: number
  /** Id of the profile's handshake that it is, in place of a delivery. */
  readonly handshake?: string
  readonly arrivedMs: number
  /** The whole request was read; its answer is later than that. */
  readonly completedMs?: number
  /** Nothing was open any more from here on. */
  readonly closedMs?: number
  readonly closedBy?: 'sender' | 'harness'
  readonly method: string
  /** As it stood in the request line. */
  readonly target: string
  readonly headers: readonly HeaderLine[]
  /** The recorded part of the body. */
  readonly body: string
  readonly bodyBytes: number
  readonly bodyDigest: string
  /** Value of the profile's deduplication field. */
  readonly id?: string
  /** Text of the timestamp field. */
  readonly timestamp?: string
  /** Distance of the timestamp from the arrival in milliseconds; positive when it lies in the past. */
  readonly timestampAgeMs?: number
  /** `verified`, or why not. */
  readonly signature: string
  /** The same by the secret that a rotation brought, where there was one. */
  readonly rotatedSignature?: string
  /** The signature verified with the secret of another endpoint. */
  readonly foreignKey: boolean
  /** Bytes of the signature header, for comparison between attempts. */
  readonly signatureText: string
  /** The answer that it was given. */
  readonly answer: string
  readonly answerStatus?: number
}

/** One emission of an event: what was asked of the target and when. */
export interface Emission {
  readonly event: string
  readonly number: number
  readonly type: string
  /** Before the trigger was handed to the socket. */
  readonly beforeMs: number
  /** After the target took it over. */
  readonly afterMs: number
  /** The target said that it accepted the event. */
  readonly accepted: boolean
  readonly detail?: string
}

/** An answer of the registration API. */
export interface ApiReply {
  readonly name: string
  readonly exchange: string
  /** When the answer was there. */
  readonly endedMs: number
  readonly status?: number
  readonly body: string
  readonly headers: readonly HeaderLine[]
  readonly fault?: string
  /** Bytes are missing at its end. */
  readonly truncated: boolean
  /** The secret stood in the answer. */
  readonly revealsSecret: boolean
}

/** What became of the endpoints of a case. */
export interface EndpointSeen {
  readonly name: string
  readonly url: string
  /** Why it could not be subscribed. */
  readonly refused?: string
  readonly id?: string
  readonly removedMs?: number
  /** Connections to its port were refused from here on, and accepted again from there on. */
  readonly silentFromMs?: number
  readonly silentUntilMs?: number
  /** Length of the key that the producer made itself. */
  readonly madeSecretBytes?: number
  /** The producer made the same secret for another endpoint of the case. */
  readonly sharesSecret?: boolean
}

/** Everything that a claim of the role `producer` may read. */
export interface ProducerSeen {
  readonly profile: Profile
  readonly policy: DeliveryPolicy
  readonly emissions: readonly Emission[]
  /** Attempts of the case's own events at its first endpoint, in the order of arrival. */
  readonly attempts: readonly Attempt[]
  /** Attempts of the case's own events at an endpoint. */
  readonly at: (endpoint: string) => readonly Attempt[]
  /** Attempts at the case's endpoints that carry no event of the case. */
  readonly foreign: readonly Attempt[]
  /** Requests of the case at the URL that a redirect named. */
  readonly strays: readonly Attempt[]
  readonly endpoints: readonly EndpointSeen[]
  readonly replies: readonly ApiReply[]
  readonly reply: (name: string) => ApiReply | undefined
  /** Declared delays divided by this are what the target waits. */
  readonly scale: number
  /** Longest duration of one exchange, as this target runs it. */
  readonly timeoutMs: number
  /** The largest delay of the harness itself that was measured in this run; 0 on a clock that the run owns. */
  readonly lagMs: number
  /** The run owns the clock: times are exact, and nobody is late for want of a processor. */
  readonly ownsTime: boolean
  /** When the case stopped watching. */
  readonly untilMs: number
  /** The case ended early because the budget of the run was spent. */
  readonly cutShort: boolean
}
