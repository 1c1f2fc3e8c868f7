import type { Profile, StatusPattern } from '../../../harness/profile/profile.ts'
import { defaultStreamPolicy } from '../../../harness/roles/sse-server/needs.ts'
import type { ClientParts } from '../../../reference/sse-client/parts.ts'
import type { RequirementId } from '../../../spec/requirements.ts'

/** A stream client that is wrong in exactly one way, and the rule that has to find it. */
export interface BrokenSseClient {
  readonly requirement: RequirementId
  /** What it does, in one sentence. */
  readonly fault: string
  /** Matches the text of the finding that fails. */
  readonly message: RegExp
  /** The profile under which the fault shows. */
  readonly profile: string
  /** What that profile has to say besides, for the fault to show; an honest client keeps every rule under it. */
  readonly variant: (profile: Profile) => Profile
  /** Rules that cannot be kept while this one is broken, with the reason. */
  readonly alsoFails: readonly { readonly requirement: RequirementId; readonly because: string }[]
  /** Fresh parts for one client, in place of the honest ones. */
  readonly parts: () => Partial<ClientParts>
}

type Defaulted = 'profile' | 'variant' | 'alsoFails'

/** Broken clients by their names, which say what is wrong. */
export type BrokenSseClients = Readonly<Record<string, BrokenSseClient>>

export function brokenSseClient(definition: Omit<BrokenSseClient, Defaulted> & Partial<Pick<BrokenSseClient, Defaulted>>): BrokenSseClient {
  return { profile: 'event-delivery', variant: unchanged, alsoFails: [], ...definition }
}

function unchanged(profile: Profile): Profile {
  return profile
}

/** The same reason for several rules. */
export function because(reason: string, ...requirements: readonly RequirementId[]): BrokenSseClient['alsoFails'] {
  return requirements.map((requirement) => ({ requirement, because: reason }))
}

/** The profile whose clients try again after these statuses. */
export function retriesOn(...statuses: readonly StatusPattern[]): (profile: Profile) => Profile {
  return (profile) => {
    const stream = profile.stream ?? defaultStreamPolicy
    return { ...profile, stream: { ...stream, client: { ...stream.client, retriesOn: statuses } } }
  }
}
