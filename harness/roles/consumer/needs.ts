import { isConfigured, isSignedHandshake, namesMediaType } from './challenge.ts'
import { hasBody, isJson, isJsonObject } from './sample.ts'
import type { Profile } from '../../profile/profile.ts'
import type { Need, Unmet } from '../need.ts'

/** What a run can do with its target. */
export interface Situation {
  readonly profile: Profile
  readonly clock: 'virtual' | 'scaled' | 'live'
  /** Tag of the scheme that the secret signs with; `""` for an untagged one. */
  readonly tag: string
  /** Effects can be read. */
  readonly effects: boolean
  /** Failures of processing can be injected. */
  readonly faults: boolean
}

const scheme = ({ profile }: Situation) => profile.signature
const covers = (situation: Situation) => scheme(situation).covers ?? (scheme(situation).signed.length === 0 ? 'nothing' : 'body')
const algorithm = (situation: Situation) => scheme(situation).schemes[situation.tag]
const isMac = (situation: Situation) => algorithm(situation)?.alg.startsWith('hmac-') ?? false
const hasPart = (situation: Situation, name: 'url' | 'method') =>
  [scheme(situation).signed, ...(scheme(situation).variants ?? []).map(({ signed }) => signed)].flat().some((part) => 'part' in part && part.part === name)

const challenges = ({ profile }: Situation) => (profile.handshakes ?? []).filter((handshake) => !isConfigured(handshake))

const needs = {
  effects: {
    met: ({ effects }) => effects,
    reason: 'needs to see effects, and the target offers no control API',
    flag: '--control URL',
  },
  faults: {
    met: ({ faults }) => faults,
    reason: 'needs to make processing fail, and the target offers no POST faults',
    flag: '--control URL',
  },
  handshake: {
    met: (situation) => challenges(situation).length > 0,
    reason: 'the profile describes no challenge that can be made without configuration',
  },
  'signed-handshake': {
    met: (situation) => challenges(situation).some(isSignedHandshake),
    reason: 'the profile describes no challenge that is signed',
  },
  'inert-handshake': {
    met: (situation) => challenges(situation).some(namesMediaType),
    reason: 'the profile names no headers for the answer to a challenge',
  },
  'own-clock': {
    met: ({ clock }) => clock === 'virtual',
    reason: 'needs a clock that the run owns, and the target runs on real time',
  },
  'real-time': {
    met: ({ clock }) => clock !== 'virtual',
    reason: 'a clock that the run owns shows the whole window instead',
  },
  'body-covered': {
    met: (situation) => covers(situation) === 'body' || covers(situation) === 'request',
    reason: 'the signature of this profile does not cover the whole body',
  },
  'content-covered': {
    met: (situation) => ['body', 'request', 'fields'].includes(covers(situation)),
    reason: 'the signature of this profile covers nothing of the payload',
  },
  'url-covered': {
    met: (situation) => hasPart(situation, 'url'),
    reason: 'the signature of this profile does not cover the URL',
  },
  signed: {
    met: (situation) => scheme(situation).signed.length > 0,
    reason: 'this profile sends a shared secret, not a signature',
  },
  mac: { met: isMac, reason: 'the signature of this profile is not a MAC' },
  'signed-id': {
    met: ({ profile }) => signedIdentityHeader(profile) !== undefined,
    reason: 'the signature of this profile does not cover an id header',
  },
  timestamp: {
    met: (situation) => scheme(situation).timestamp !== null,
    reason: 'the scheme of this profile has no timestamp',
  },
  'numeric-timestamp': {
    met: (situation) => ['s', 'ms'].includes(scheme(situation).timestamp?.unit ?? ''),
    reason: 'the scheme of this profile has no numeric timestamp',
  },
  'timestamp-param': {
    met: (situation) => scheme(situation).fields[scheme(situation).timestamp?.field ?? '']?.in === 'sigparam',
    reason: 'the signature header of this profile has no parameters',
  },
  'field-header': {
    met: (situation) => Object.values(scheme(situation).fields).some((field) => field.in === 'header'),
    reason: 'the scheme of this profile signs no header',
  },
  'signature-header': {
    met: (situation) => scheme(situation).signature.sources.some((source) => source.in === 'header'),
    reason: 'the signature of this profile does not stand in a header',
  },
  tag: { met: (situation) => scheme(situation).signature.tag !== undefined, reason: 'signatures of this profile have no tag' },
  prefix: { met: (situation) => scheme(situation).signature.prefix !== undefined, reason: 'signatures of this profile have no constant prefix' },
  list: { met: (situation) => scheme(situation).signature.list !== undefined, reason: 'the signature header of this profile holds one signature' },
  'several-places': {
    met: (situation) => scheme(situation).signature.list !== undefined || severalSources(situation.profile),
    reason: 'a delivery of this profile carries one signature',
  },
  'decoded-key': {
    met: (situation) => isMac(situation) && (algorithm(situation)?.key.encoding !== 'utf8' || algorithm(situation)?.key.prefix !== undefined),
    reason: 'the key of this profile is the text of the secret',
  },
  base64: { met: (situation) => scheme(situation).signature.encoding === 'base64', reason: 'signatures of this profile are not base64' },
  encoded: { met: (situation) => scheme(situation).signature.encoding !== 'utf8', reason: 'this profile sends its secret as text' },
  'lower-hex': { met: (situation) => scheme(situation).signature.hexCase === 'lower', reason: 'the profile does not fix the case of hex digits' },
  legacy: { met: (situation) => (scheme(situation).legacy?.length ?? 0) > 0, reason: 'the profile names no legacy signature' },
  guards: { met: (situation) => (scheme(situation).guards?.length ?? 0) > 0, reason: 'the scheme of this profile has no version or algorithm header' },
  family: {
    met: (situation) => headerFamily(situation.profile) !== undefined,
    reason: 'the headers of this profile have no sibling family',
  },
  deduplication: {
    met: ({ profile }) => profile.acknowledgement.deduplication !== undefined,
    reason: 'the profile names no field that tells a repeat from a new event',
  },
  'identity-outside-body': {
    met: ({ profile }) => profile.acknowledgement.deduplication?.places.every((place) => place.in === 'header') ?? false,
    reason: 'the identity stands in the body, so two events never have one body',
  },
  'event-type': {
    met: ({ profile }) => profile.acknowledgement.eventType !== undefined,
    reason: 'the profile does not say where the type of an event stands',
  },
  'event-time': {
    met: ({ profile }) => profile.acknowledgement.eventTime !== undefined,
    reason: 'the profile does not say where the time of an event stands',
  },
  'rfc3339-event-time': {
    met: ({ profile }) => profile.acknowledgement.eventTime?.format === 'rfc3339' && profile.acknowledgement.eventTime.in === 'body',
    reason: 'the events of this profile carry no RFC 3339 time',
  },
  'json-object': { met: ({ profile }) => isJsonObject(profile), reason: 'the events of this profile are not JSON objects' },
  json: { met: ({ profile }) => isJson(profile), reason: 'the events of this profile are not JSON' },
  'free-body': {
    met: (situation) => covers(situation) !== 'nothing' && Object.values(scheme(situation).fields).every((field) => field.in !== 'body')
      && scheme(situation).signature.sources.every((source) => source.in === 'header') && !hasForm(situation.profile) && hasBody(situation.profile),
    reason: 'the scheme of this profile reads the body, so it cannot be anything else',
  },
  'versioned-events': {
    met: ({ profile }) => isJsonObject(profile) && profile.samples.some(({ body }) => body.includes('"schemaVersion"')),
    reason: 'the events of this profile carry no schemaVersion',
  },
  'error-body': { met: ({ profile }) => profile.acknowledgement.errorBody !== undefined, reason: 'the profile declares no error body' },
} as const satisfies Record<string, Need<Situation>>

export type ConsumerNeed = keyof typeof needs

/** The first need that is not met, as the reason for a case to be inapplicable. */
export function unmetNeed(wanted: readonly ConsumerNeed[], situation: Situation): Unmet | undefined {
  const sorted = [...wanted].sort((a, b) => Number('flag' in needs[a]) - Number('flag' in needs[b]))
  const name = sorted.find((need) => !needs[need].met(situation))
  return name && needs[name]
}

/** The field name of the identity when it is a signed header. */
export function signedIdentityHeader(profile: Profile): string | undefined {
  const signed = profile.signature.signed.flatMap((part) => ('field' in part ? [part.field] : []))
  const places = profile.acknowledgement.deduplication?.places ?? []
  return signed.find((name) => {
    const field = profile.signature.fields[name]
    return field?.in === 'header' && places.some((place) => place.in === 'header' && place.name.toLowerCase() === field.name.toLowerCase())
  })
}

/** The shared prefix of the scheme's headers and that of its sibling, such as `webhook-` and `svix-`. */
export function headerFamily(profile: Profile): { readonly own: string; readonly sibling: string } | undefined {
  const names = [
    ...Object.values(profile.signature.fields).flatMap((field) => (field.in === 'header' ? [field.name] : [])),
    ...profile.signature.signature.sources.flatMap((source) => ('name' in source ? [source.name] : [])),
  ].map((name) => name.toLowerCase())
  const families = ['webhook-', 'svix-']
  const own = families.find((prefix) => names.length > 1 && names.every((name) => name.startsWith(prefix)))
  return own === undefined ? undefined : { own, sibling: families.find((prefix) => prefix !== own) ?? own }
}

function severalSources(profile: Profile): boolean {
  const { sources } = profile.signature.signature
  return sources.length > 1 || sources.some((source) => 'pattern' in source)
}

function hasForm(profile: Profile): boolean {
  return (profile.signature.variants ?? []).some(({ signed }) => signed.some((part) => 'part' in part && part.part === 'form'))
}
