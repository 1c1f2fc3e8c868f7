import { defaultStreamPolicy } from './profile/default-stream-policy.ts'
import type { Profile } from './profile/profile.ts'
import { offersOfProfile } from './roles/sse-client/needs.ts'

/** The situation of each role on the most capable attachment: what is unmet then, the profile rules out. */
export const fullestSituation = {
  consumer: (profile: Profile) => ({ profile, clock: 'virtual', tag: Object.keys(profile.signature.schemes)[0] ?? '', effects: true, faults: true }) as const,
  producer: (profile: Profile) => ({ profile, clock: 'virtual', subscriptions: true, ownApi: profile.subscription !== undefined, emits: true, ownPorts: true }) as const,
  'sse-server': (profile: Profile) => ({ profile, policy: profile.stream ?? defaultStreamPolicy, publishes: true, disconnects: true, retains: true, resets: true, credentials: ['Authorization'] }),
  'sse-client': (profile: Profile) => ({ profile, offers: offersOfProfile(profile) }),
}
