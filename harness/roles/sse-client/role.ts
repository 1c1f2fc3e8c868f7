import type { Role } from '../../role.ts'
import { unmetSseClientNeed, type SseClientNeed, type SseClientSituation } from './needs.ts'
import type { SseClientSeen } from './seen.ts'
import type { SseClientStep } from './vocabulary.ts'
import { offersOf, sseClientSeen, sseClientWitness, type SseClientWitness } from './witness.ts'

/** One event delivered: what every other case rests on. */
export const oneEvent = 'sse-client-connection/one-event'
/** A stream that ends, and the client comes back: what every case with a second connection rests on. */
export const cleanEnd = 'sse-client-reconnection/clean-end'

/** The target reads event streams; the harness serves them, byte by byte. */
export const sseClientRole: Role<SseClientStep, SseClientSeen, SseClientNeed, SseClientSituation, SseClientWitness> = {
  name: 'sse-client',
  baseline: [oneEvent, cleanEnd],
  unmet: unmetSseClientNeed,
  situationOf: (run) => ({ profile: run.profile, offers: offersOf(run) }),
  witness: sseClientWitness,
  caseLine: (witnessed, id) => witnessed.cases.get(id),
  evidenceOf: (witnessed, id) => [...(witnessed.served.get(id) ?? []), ...(witnessed.connections.get(id) ?? [])].map((line) => line.id).slice(0, 50),
  seen: sseClientSeen,
  provesItself: (_, failing) => failing.length === 0,
  diagnose: () => [],
}
