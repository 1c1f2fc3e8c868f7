import type { HeaderLine } from '../../http/message.ts'
import type { Profile } from '../../profile/profile.ts'
import type { RecordedEvent } from '../../transcript/client-line.ts'
import type { ClientOffers } from './needs.ts'

/** One request of the client with its answer, as the listener saw it. Milliseconds on the run's clock. */
export interface StreamRequest {
  readonly exchange: string
  readonly method: string
  readonly headers: readonly HeaderLine[]
  readonly arrivedMs: number
  readonly answer: string
  readonly status: number
  /** What went out of the body, less framing and compression; cut after 4096 bytes. */
  readonly body: Uint8Array
  readonly bodyBytes: number
  /** Offsets at which a write ended. */
  readonly cuts: readonly number[]
  /** The client cannot have known of the end before this; absent while the harness keeps it open. */
  readonly endingMs?: number
  readonly closedMs?: number
  readonly closedBy?: 'client' | 'harness'
  readonly gates: Readonly<Record<string, number>>
}

/** What the client told of one connection. */
export interface ClientSeen {
  readonly name: string
  readonly path: string
  readonly startedMs: number
  readonly states: readonly { readonly state: 'connecting' | 'open' | 'closed'; readonly atMs: number; readonly events: number }[]
  readonly events: readonly RecordedEvent[]
  /** Events in all, those beyond the recorded ones included. */
  readonly count: number
  readonly errors: number
  readonly closedMs?: number
  readonly countAtClose?: number
  readonly asked: { readonly headers?: Readonly<Record<string, string>>; readonly lastEventId?: string; readonly closeAfter?: number }
}

/** Everything that a claim of the role `sse-client` may read. */
export interface SseClientSeen {
  readonly profile: Profile
  readonly offers: ClientOffers
  /** Requests on a path in the order of their arrival. */
  readonly requests: (path?: string) => readonly StreamRequest[]
  readonly client: (name?: string) => ClientSeen | undefined
  /** The largest delay of the harness itself that was measured in this run. */
  readonly lagMs: number
  /** When the case stopped watching. */
  readonly untilMs: number
  /** The case ended early because the budget of the run was spent. */
  readonly cutShort: boolean
}
