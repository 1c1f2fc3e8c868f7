import type { Role } from '../../role.ts'
import { unmetProducerNeed, type ProducerNeed, type ProducerSituation } from './needs.ts'
import type { ProducerSeen } from './seen.ts'
import type { ProducerStep } from './vocabulary.ts'
import { producerSeen, producerWitness, type ProducerWitness } from './witness.ts'

/** The first delivery of a run: what every other case rests on. */
export const firstDelivery = 'producer-delivery/delivered'

/** The target sends webhooks; the harness plays the receiver. */
export const producerRole: Role<ProducerStep, ProducerSeen, ProducerNeed, ProducerSituation, ProducerWitness> = {
  name: 'producer',
  baseline: [firstDelivery],
  unmet: unmetProducerNeed,
  situationOf: ({ profile, run, offers }) => ({
    profile,
    clock: run.clock,
    subscriptions: offers.subscriptions ?? false,
    ownApi: offers.ownApi ?? false,
    emits: offers.emits ?? false,
    ownPorts: offers.ownPorts ?? false,
  }),
  witness: producerWitness,
  caseLine: (witnessed, id) => witnessed.cases.get(id),
  evidenceOf: (witnessed, id) => [...(witnessed.exchanges.get(id) ?? []), ...(witnessed.attempts.get(id) ?? [])].map((line) => line.id).slice(0, 50),
  seen: producerSeen,
  provesItself: (_, failing) => failing.length === 0,
  diagnose: () => [],
}
