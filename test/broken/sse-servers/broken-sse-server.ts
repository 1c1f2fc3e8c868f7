import type { Profile } from '../../../harness/profile/profile.ts'
import type { ServerParts } from '../../../reference/sse-server/parts.ts'
import type { RequirementId } from '../../../spec/requirements.ts'

/** A stream server that is wrong in exactly one way, and the rule that has to find it. */
export interface BrokenSseServer {
  readonly requirement: RequirementId
  /** What it does, in one sentence. */
  readonly fault: string
  /** Matches the text of the finding that fails. */
  readonly message: RegExp
  /** The profile under which the fault shows. */
  readonly profile: string
  /** What that profile has to say besides, for the fault to show; an honest server keeps every rule under it. */
  readonly variant: (profile: Profile) => Profile
  /** Rules that cannot be kept while this one is broken, with the reason. */
  readonly alsoFails: readonly { readonly requirement: RequirementId; readonly because: string }[]
  /** Fresh parts for one server, in place of the honest ones. */
  readonly parts: () => Partial<ServerParts>
}

/** What readers have to bring, and the harness brings. */
export const readersToken = 'readers-of-the-kill-matrix'

type Defaulted = 'profile' | 'variant' | 'alsoFails'

/** Broken servers by their names, which say what is wrong. */
export type BrokenSseServers = Readonly<Record<string, BrokenSseServer>>

export function brokenSseServer(definition: Omit<BrokenSseServer, Defaulted> & Partial<Pick<BrokenSseServer, Defaulted>>): BrokenSseServer {
  return { profile: 'event-delivery', variant: unchanged, alsoFails: [], ...definition }
}

function unchanged(profile: Profile): Profile {
  return profile
}

/** The same reason for several rules. */
export function because(reason: string, ...requirements: readonly RequirementId[]): BrokenSseServer['alsoFails'] {
  return requirements.map((requirement) => ({ requirement, because: reason }))
}
