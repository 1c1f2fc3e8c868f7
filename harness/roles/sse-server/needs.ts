import type { EventStreamPolicy, Profile } from '../../profile/profile.ts'
import type { Need, Unmet } from '../need.ts'

/** What a run can do with a stream server. */
export interface SseServerSituation {
  readonly profile: Profile
  readonly policy: EventStreamPolicy
  /** The harness can make the target publish. */
  readonly publishes: boolean
  readonly disconnects: boolean
  readonly retains: boolean
  readonly resets: boolean
  /** Names of headers that were given and carry credentials. */
  readonly credentials: readonly string[]
}

const needs = {
  publishes: { met: ({ publishes }) => publishes, reason: 'needs to make the target publish', flag: '--control URL or --trigger COMMAND' },
  disconnects: { met: ({ disconnects }) => disconnects, reason: 'needs to make the target end its streams', flag: '--control URL' },
  retains: { met: ({ retains }) => retains, reason: 'needs to make the target forget old events', flag: '--control URL' },
  resets: { met: ({ resets }) => resets, reason: 'needs to reset the target', flag: '--control URL' },
  resumes: { met: ({ policy }) => policy.resumes, reason: 'the streams of this profile are not resumed' },
  'live-start': { met: ({ policy }) => policy.start === 'live', reason: 'a first connection of this profile begins with the earliest event' },
  filter: { met: ({ policy }) => policy.filter !== undefined, reason: 'the profile names no parameter that selects types' },
  resource: { met: ({ policy }) => policy.resource !== undefined, reason: 'the profile describes no stream of one resource' },
  credentials: { met: ({ credentials }) => credentials.length > 0, reason: 'no credentials were given that could be left out', flag: '--header' },
} as const satisfies Record<string, Need<SseServerSituation>>

export type SseServerNeed = keyof typeof needs

/** The first need that is not met; those that the profile rules out come before those that a flag would meet. */
export function unmetSseServerNeed(wanted: readonly SseServerNeed[], situation: SseServerSituation): Unmet | undefined {
  const sorted = [...wanted].sort((a, b) => Number('flag' in needs[a]) - Number('flag' in needs[b]))
  const name = sorted.find((need) => !needs[need].met(situation))
  return name && needs[name]
}

/** Headers that say who is asking. */
export function credentialHeaders(names: readonly string[]): readonly string[] {
  return names.filter((name) => /authori[sz]ation|cookie|token|api-?key|secret/i.test(name))
}
