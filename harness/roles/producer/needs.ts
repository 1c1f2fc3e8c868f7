import type { Profile } from '../../profile/profile.ts'
import type { Need, Unmet } from '../need.ts'

/** What a run can do with a producer. */
export interface ProducerSituation {
  readonly profile: Profile
  readonly clock: 'virtual' | 'scaled' | 'live'
  /** Endpoints can be registered by the harness. */
  readonly subscriptions: boolean
  /** Registration goes through the profile's own API. */
  readonly ownApi: boolean
  /** The harness can make the target emit. */
  readonly emits: boolean
  /** The target reaches any port on which the harness listens. */
  readonly ownPorts: boolean
}

const scheme = ({ profile }: ProducerSituation) => profile.signature
const retry = ({ profile }: ProducerSituation) => profile.delivery?.retry
/** What somebody who waits on a live clock puts up with. */
const longestOverlapMs = 60_000

const needs = {
  emits: { met: ({ emits }) => emits, reason: 'needs to make the target emit', flag: '--trigger COMMAND' },
  subscriptions: { met: ({ subscriptions }) => subscriptions, reason: 'needs to register endpoints of its own', flag: '--control URL' },
  'own-api': { met: ({ ownApi }) => ownApi, reason: 'the target is not registered through the profile’s own API' },
  'own-api-read': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.read !== undefined, reason: 'the profile describes no way to read a subscription' },
  'own-api-list': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.list !== undefined, reason: 'the profile describes no list of subscriptions' },
  'own-api-health': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.health !== undefined, reason: 'the profile describes no health of a subscription' },
  'own-api-filter': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.create.body.filter !== undefined, reason: 'the profile describes no filter by field' },
  rotation: { met: ({ ownApi, profile }) => ownApi && profile.subscription?.rotate !== undefined, reason: 'the profile describes no way to exchange a secret' },
  'several-signatures': { met: (situation) => holdsSeveral(scheme(situation)), reason: 'a delivery of this scheme holds one signature' },
  'overlap-end': {
    met: ({ clock, profile }) => clock === 'virtual' || (clock === 'live' && (profile.subscription?.rotate?.overlapMs ?? 0) <= longestOverlapMs),
    reason: 'needs to see the end of the overlap, which takes longer than a run on this clock',
  },
  enabling: { met: ({ ownApi, profile }) => ownApi && profile.subscription?.enable !== undefined, reason: 'the profile describes no way to enable an endpoint again' },
  'dead-letters': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.deadLetters !== undefined, reason: 'the profile describes no list of dead letters' },
  redelivery: { met: ({ ownApi, profile }) => ownApi && profile.subscription?.deadLetters?.redeliver !== undefined, reason: 'the profile describes no redelivery' },
  'disable-after': {
    met: (situation) => (situation.profile.delivery?.disableAfterMs ?? 0) > 4 * (retry(situation)?.delaysMs ?? []).reduce((sum, ms) => sum + ms, 0),
    reason: 'the profile names no period of failure, far longer than its schedule, after which an endpoint is disabled',
  },
  'disabled-word': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.health?.fields.status !== undefined && profile.subscription.health.disabled !== undefined, reason: 'the profile has no word for an endpoint that is disabled' },
  'own-ports': { met: ({ ownPorts, subscriptions }) => ownPorts && subscriptions, reason: 'needs a port of its own for an endpoint, and the target reaches one URL alone' },
  'made-secret': { met: ({ ownApi, profile }) => ownApi && profile.subscription?.secret !== undefined, reason: 'secrets of this profile are the subscriber’s' },
  removable: { met: ({ subscriptions, ownApi, profile }) => subscriptions && (!ownApi || profile.subscription?.remove !== undefined), reason: 'needs to remove endpoints', flag: '--control URL' },
  retry: { met: (situation) => retry(situation) !== undefined, reason: 'the profile publishes no retry schedule' },
  timeout: { met: ({ profile }) => profile.delivery !== undefined && profile.delivery.timeoutUnpublished !== true, reason: 'the profile publishes no timeout' },
  'schedule-end': { met: (situation) => retry(situation) !== undefined && situation.profile.delivery?.retryUnpublished !== true, reason: 'the profile does not say when its sender gives up' },
  jitter: { met: (situation) => (retry(situation)?.jitter.up ?? 0) > 0 || (retry(situation)?.jitter.down ?? 0) > 0, reason: 'the profile declares no jitter' },
  permanent: { met: ({ profile }) => (profile.delivery?.permanent.length ?? 0) > 0, reason: 'the profile calls no status permanent' },
  disable: { met: ({ profile }) => (profile.delivery?.disable.length ?? 0) > 0, reason: 'no status disables an endpoint in this profile' },
  throttle: { met: ({ profile }) => (profile.delivery?.throttle.length ?? 0) > 0 && profile.delivery?.retry !== undefined, reason: 'the profile knows no Retry-After' },
  'no-redirects': { met: ({ profile }) => profile.delivery?.redirects === 0, reason: 'the profile lets its sender follow redirects' },
  timestamp: { met: (situation) => scheme(situation).timestamp !== null, reason: 'the scheme of this profile has no timestamp' },
  'id-field': { met: ({ profile }) => profile.acknowledgement.deduplication !== undefined, reason: 'the profile names no id' },
  'quick-clock': { met: ({ clock }) => clock !== 'live', reason: 'needs time that runs faster than a day, and the target runs on real time', flag: '--time-scale N' },
  'own-clock': { met: ({ clock }) => clock === 'virtual', reason: 'needs a clock that the run owns, and the target runs on real time' },
} as const satisfies Record<string, Need<ProducerSituation>>

export type ProducerNeed = keyof typeof needs

/** The first need that is not met; those that the profile rules out come before those that a flag would meet. */
export function unmetProducerNeed(wanted: readonly ProducerNeed[], situation: ProducerSituation): Unmet | undefined {
  const sorted = [...wanted].sort((a, b) => Number('flag' in needs[a]) - Number('flag' in needs[b]))
  const name = sorted.find((need) => !needs[need].met(situation))
  return name && needs[name]
}

/** One header with a list, or a header for each signature. */
function holdsSeveral({ signature }: Profile['signature']): boolean {
  return signature.list !== undefined || signature.sources.some((source) => 'pattern' in source)
}
