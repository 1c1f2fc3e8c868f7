import type { Role } from '../../role.ts'
import { diagnose } from './diagnose.ts'
import { defaultStreamPolicy } from '../../profile/default-stream-policy.ts'
import { unmetSseServerNeed, type SseServerNeed, type SseServerSituation } from './needs.ts'
import type { SseServerSeen } from './seen.ts'
import type { SseServerStep } from './vocabulary.ts'
import { evidenceOf, sseServerSeen, sseServerWitness, type SseServerWitness } from './witness.ts'

/** What every other case rests on: the target answers with a stream, and what is published arrives on it. */
export const baselineCases = { opened: 'sse-server-stream/opened', live: 'sse-server-stream/live' } as const

/** The target is a URL that answers with an event stream; the harness plays its clients. */
export const sseServerRole: Role<SseServerStep, SseServerSeen, SseServerNeed, SseServerSituation, SseServerWitness> = {
  name: 'sse-server',
  baseline: Object.values(baselineCases),
  unmet: unmetSseServerNeed,
  situationOf: ({ profile, offers }) => ({
    profile,
    policy: profile.stream ?? defaultStreamPolicy,
    publishes: offers.emits ?? false,
    disconnects: offers.stream?.disconnects ?? false,
    retains: offers.stream?.retains ?? false,
    resets: offers.stream?.resets ?? false,
    credentials: offers.stream?.credentials ?? [],
  }),
  witness: sseServerWitness,
  caseLine: (witnessed, id) => witnessed.cases.get(id),
  evidenceOf,
  seen: sseServerSeen,
  provesItself: (_, failing) => failing.length === 0,
  diagnose: (verdicts, _, witnessed) => diagnose(verdicts, witnessed),
}
