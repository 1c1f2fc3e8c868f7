import type { ConsumerParts } from '../../reference/consumer/parts.ts'
import type { RequirementId } from '../../spec/requirements.ts'

/** A consumer that is wrong in exactly one way, and the rule that has to find it. */
export interface BrokenConsumer {
  readonly requirement: RequirementId
  /** What it does, in one sentence. */
  readonly fault: string
  /** Matches the text of the finding that fails. */
  readonly message: RegExp
  /** The profile under which the fault shows. */
  readonly profile: string
  /** Rules that cannot be kept while this one is broken, with the reason. */
  readonly alsoFails: readonly { readonly requirement: RequirementId; readonly because: string }[]
  /** Fresh parts for one consumer, in place of the honest ones. */
  readonly parts: () => Partial<ConsumerParts>
}

type Defaulted = 'profile' | 'alsoFails'

export function brokenConsumer(definition: Omit<BrokenConsumer, Defaulted> & Partial<Pick<BrokenConsumer, Defaulted>>): BrokenConsumer {
  return { profile: 'event-delivery', alsoFails: [], ...definition }
}
