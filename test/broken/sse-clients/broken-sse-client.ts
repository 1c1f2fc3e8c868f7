import { defaultStreamPolicy } from '../../../harness/profile/default-stream-policy.ts'
import type { Profile, StatusPattern } from '../../../harness/profile/profile.ts'
import type { ClientParts } from '../../../reference/sse-client/parts.ts'
import { brokenTarget, type BrokenTarget, type TargetDefinition } from '../broken-target.ts'

/** A stream client that is wrong in exactly one way. */
export type BrokenSseClient = BrokenTarget<ClientParts>

/** Broken clients by their names, which say what is wrong. */
export type BrokenSseClients = Readonly<Record<string, BrokenSseClient>>

export function brokenSseClient(definition: TargetDefinition<ClientParts>): BrokenSseClient {
  return brokenTarget(definition)
}

/** The profile whose clients try again after these statuses. */
export function retriesOn(...statuses: readonly StatusPattern[]): (profile: Profile) => Profile {
  return (profile) => {
    const stream = profile.stream ?? defaultStreamPolicy
    return { ...profile, stream: { ...stream, client: { ...stream.client, retriesOn: statuses } } }
  }
}
