import type { Profile } from '../../../harness/profile/profile.ts'
import type { ProducerParts } from '../../../reference/producer/parts.ts'
import type { RequirementId } from '../../../spec/requirements.ts'

/** A producer that is wrong in exactly one way, and the rule that has to find it. */
export interface BrokenProducer {
  readonly requirement: RequirementId
  /** What it does, in one sentence. */
  readonly fault: string
  /** Matches the text of the finding that fails. */
  readonly message: RegExp
  /** The profile under which the fault shows. */
  readonly profile: string
  /** What that profile has to say besides, for the fault to show; an honest producer keeps every rule under it. */
  readonly variant: (profile: Profile) => Profile
  /** Rules that cannot be kept while this one is broken, with the reason. */
  readonly alsoFails: readonly { readonly requirement: RequirementId; readonly because: string }[]
  /** Fresh parts for one producer, in place of the honest ones. */
  readonly parts: () => Partial<ProducerParts>
}

type Defaulted = 'profile' | 'variant' | 'alsoFails'

export function brokenProducer(definition: Omit<BrokenProducer, Defaulted> & Partial<Pick<BrokenProducer, Defaulted>>): BrokenProducer {
  return { profile: 'event-delivery', variant: (profile) => profile, alsoFails: [], ...definition }
}
