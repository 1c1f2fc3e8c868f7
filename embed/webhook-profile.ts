import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { refuseUndescribed } from '../harness/profile/without-webhooks.ts'

/** The profile of a helper for webhooks. @throws HarnessError for one that is unknown, broken, or describes none. */
export async function webhookProfile(given: string | Profile = 'event-delivery'): Promise<Profile> {
  const profile = typeof given === 'string' ? await loadProfile(given) : given
  refuseUndescribed(profile, 'consumer')
  return profile
}
