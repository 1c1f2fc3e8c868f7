import type { Role } from '../../role.ts'
import { diagnose } from './diagnose.ts'
import { unmetNeed, type ConsumerNeed, type Situation } from './needs.ts'
import type { ConsumerSeen } from './seen.ts'
import type { ConsumerStep } from './vocabulary.ts'
import { baselineCases, consumerSeen, witness, type Witness } from './witness.ts'

/** The target receives webhooks; the harness plays the sender. */
export const consumerRole: Role<ConsumerStep, ConsumerSeen, ConsumerNeed, Situation, Witness> = {
  name: 'consumer',
  baseline: Object.values(baselineCases),
  unmet: unmetNeed,
  situationOf: ({ profile, run, offers }) => ({ profile, clock: run.clock, effects: offers.effects, faults: offers.faults, tag: offers.tag }),
  witness,
  caseLine: (witnessed, id) => witnessed.cases.get(id),
  evidenceOf: (witnessed, id) => (witnessed.exchanges.get(id) ?? []).map((line) => line.id),
  seen: consumerSeen,
  provesItself,
  diagnose: (verdicts, { cases }, witnessed) => diagnose(verdicts, cases, witnessed),
}

/**
 * An acceptance of what must be refused is its own witness. A refusal of what must be accepted is one unless the target
 * refuses an untouched delivery, too: then that rule has failed already.
 */
function provesItself(seen: ConsumerSeen, failing: readonly string[]): boolean {
  if (failing.length === 0) return true
  if (seen.reply.status === undefined) return false
  if (failing.every((id) => id === baselineCases.forged)) return true
  return failing.every((id) => id === baselineCases.untouched) && seen.replies.length === 1 && seen.reply.meaning === 'accepted'
}
