import type { Control } from '../../attach/control.ts'
import type { Clock } from '../../clock/clock.ts'
import type { RawServer } from '../../http/raw-server.ts'
import type { ClientOffers } from './needs.ts'
import type { Patience } from './patience.ts'

/** What the stream server of a run has at hand. */
export interface SseClientStage {
  readonly clock: Clock
  /** The control API in force: another one after the target was started again. */
  readonly control: () => Control
  readonly server: RawServer
  /** Another origin. */
  readonly elsewhere: RawServer
  /** A listener for one case alone. */
  readonly ownServer: () => Promise<RawServer>
  readonly offers: ClientOffers
  readonly patience: Patience
  readonly redact: (text: string) => string
  readonly remainingMs: () => number
  readonly signal?: AbortSignal
}
