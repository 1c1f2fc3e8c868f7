import type { Profile, StatusPattern } from '../../profile/profile.ts'
import type { Need, Unmet } from '../need.ts'

/** What the client under test can be asked for, and how it departs from the standard on purpose. */
export interface ClientOffers {
  /** It sends headers that it is given. */
  readonly headers: boolean
  /** Its first request can carry an id. */
  readonly lastEventId: boolean
  /** It can close itself inside its handler of an event. */
  readonly closeAfter: boolean
  /** It tells its state. */
  readonly state: boolean
  /** It reaches listeners besides the one that `--public-url` names. */
  readonly ownPorts: boolean
  /** Statuses after which it connects again. */
  readonly retriesOn: readonly StatusPattern[]
  /** What becomes of an event that the end of the body cut short. */
  readonly unfinished: 'discarded' | 'dispatched'
}

export interface SseClientSituation {
  readonly profile: Profile
  readonly offers: ClientOffers
}

/** What a case is planned for before any client was asked. */
export const everyOffer: ClientOffers = { headers: true, lastEventId: true, closeAfter: true, state: true, ownPorts: true, retriesOn: [], unfinished: 'discarded' }

/** What a client of the profile may do that departs from the standard, everything else offered. */
export function offersOfProfile({ stream }: Profile): ClientOffers {
  return { ...everyOffer, retriesOn: stream?.client.retriesOn ?? [], unfinished: stream?.client.unfinished ?? 'discarded' }
}

const needs = {
  headers: { met: ({ offers }) => offers.headers, reason: 'the client sends no headers of its user: it refused "headers"' },
  'last-event-id': { met: ({ offers }) => offers.lastEventId, reason: 'the client takes no id to start from: it refused "lastEventId"' },
  'close-after': { met: ({ offers }) => offers.closeAfter, reason: 'the client cannot be told to close itself inside a handler: it refused "closeAfter"' },
  state: { met: ({ offers }) => offers.state, reason: 'the client does not tell its state through this interface' },
  'own-ports': { met: ({ offers }) => offers.ownPorts, reason: 'needs further listeners, and --public-url names one alone' },
  seeded: { met: ({ profile }) => profile.stream?.client.seeded !== false, reason: 'clients of this profile start without an id' },
  discards: { met: ({ offers }) => offers.unfinished === 'discarded', reason: 'the client declares that it dispatches an event that the end of the body cut short, which departs from the standard' },
} as const satisfies Record<string, Need<SseClientSituation>>

export type SseClientNeed = keyof typeof needs

export function unmetSseClientNeed(wanted: readonly SseClientNeed[], situation: SseClientSituation): Unmet | undefined {
  const name = wanted.find((need) => !needs[need].met(situation))
  return name && needs[name]
}
