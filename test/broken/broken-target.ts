import type { Profile } from '../../harness/profile/profile.ts'
import type { RequirementId } from '../../spec/requirements.ts'

/** An implementation that is wrong in exactly one way, and the rule that has to find it. `Parts` are what a reference is made of. */
export interface BrokenTarget<Parts> {
  readonly requirement: RequirementId
  /** What it does, in one sentence. */
  readonly fault: string
  /** Matches the text of the finding that fails. */
  readonly message: RegExp
  /** The profile under which the fault shows. */
  readonly profile: string
  /** What that profile has to say besides, for the fault to show; an honest target keeps every rule under it. */
  readonly variant: (profile: Profile) => Profile
  /** Rules that cannot be kept while this one is broken, with the reason. */
  readonly alsoFails: readonly { readonly requirement: RequirementId; readonly because: string }[]
  /** Fresh parts for one target, in place of the honest ones. */
  readonly parts: () => Partial<Parts>
}

type Defaulted = 'profile' | 'variant' | 'alsoFails'

/** What has to be said of a broken target; the rest has a default. */
export type TargetDefinition<Parts> = Omit<BrokenTarget<Parts>, Defaulted> & Partial<Pick<BrokenTarget<Parts>, Defaulted>>

export function brokenTarget<Parts>(definition: TargetDefinition<Parts>): BrokenTarget<Parts> {
  return { profile: 'event-delivery', variant: (profile) => profile, alsoFails: [], ...definition }
}

/** The same reason for several rules. */
export function because(reason: string, ...requirements: readonly RequirementId[]): BrokenTarget<unknown>['alsoFails'] {
  return requirements.map((requirement) => ({ requirement, because: reason }))
}
