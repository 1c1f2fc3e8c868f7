import { HarnessError } from '../errors.ts'
import type { WireRequest } from '../http/message.ts'
import type { Profile, StatusPattern } from '../profile/profile.ts'
import { seededRandom } from '../random.ts'
import { compose, freshId, type Sender } from '../roles/consumer/compose.ts'
import { changeOneValue } from '../roles/consumer/sample.ts'
import { generateSecret, otherKeysFor, readKeys, type SigningKeys } from '../signing/key.ts'
import { encodeSignature, entryFor, selectedTag, sign, signedContent } from '../signing/sign.ts'
import { deterministicEcdsa } from './deterministic-ecdsa.ts'

/** One request that is ready to be sent, and the answer that it deserves. */
export interface Fixture {
  readonly event: string
  readonly variant: Variant
  readonly request: WireRequest
  readonly expect: Expectation
}

export type Variant = 'valid' | 'tampered-body' | 'wrong-secret' | 'expired'

export interface Expectation {
  readonly answer: 'accepted' | 'refused'
  /** Statuses that the profile names for it. */
  readonly status: readonly StatusPattern[]
  readonly because: string
}

/** The fixtures of a profile, and what somebody who uses them has to know. */
export interface FixtureSet {
  readonly profile: Profile
  readonly url: string
  readonly signedAtMs: number
  readonly fixtures: readonly Fixture[]
  /** The secret that a consumer is configured with; absent when the user gave one, which is never repeated. */
  readonly exampleSecret?: string
  readonly leftOut: readonly { readonly variant: Variant; readonly because: string }[]
}

export interface FixtureOptions {
  readonly url: string
  readonly signedAtMs: number
  /** Secrets of the user; without any an example is made, always the same. */
  readonly secrets?: readonly string[]
}

/** The moment at which fixtures are signed unless another is wanted: the same for everybody, so that files do not change by themselves. */
export const defaultSignedAtMs = Date.UTC(2026, 0, 1)

const pastBeyondMs = 600_000

/**
 * Signed requests for each example of a profile: one that is right, and one for each way to be wrong that its scheme can tell.
 * The same options give the same bytes.
 *
 * @throws HarnessError `usage` for a profile without webhooks, and where a request would contain the user's own secret;
 * `bad-secret` for a secret that cannot sign.
 */
export function fixturesOf(profile: Profile, { url, signedAtMs, secrets }: FixtureOptions): FixtureSet {
  if (profile.withoutWebhooks) throw new HarnessError('usage', `the profile ${profile.name} describes no webhooks, so there is nothing to sign`, 'name a profile of webhooks with --profile')
  const algorithms = Object.values(profile.signature.schemes).map(({ alg }) => alg)
  if (secrets && algorithms.includes('shared-secret')) throw new HarnessError('usage', `every delivery of the profile ${profile.name} carries the secret itself, and the files would hold yours`, 'leave --secret out, and configure the receiver with the example secret that the files name')
  const example = secrets === undefined ? generateSecret(profile.signature, seededRandom(1, 'the example secret of fixtures')) : undefined
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  const keys: SigningKeys = { secrets: secrets ?? [example?.signing ?? ''], config }
  readKeys(profile.signature, keys, 'sign')
  const variants = variantsOf(profile)
  const fixtures = namesOf(profile).flatMap((name, sample) =>
    variants.made.map((variant): Fixture => ({ event: name, variant, request: requestOf(profile, { url, signedAtMs, keys, name, sample }, variant), expect: expectationOf(profile, variant) })),
  )
  return { profile, url, signedAtMs, fixtures, leftOut: variants.leftOut, ...(example && { exampleSecret: example.verifying }) }
}

/** The names of the examples; one that comes again gets a number. */
function namesOf({ samples }: Profile): readonly string[] {
  return samples.map(({ name }, index) => {
    const before = samples.slice(0, index).filter((other) => other.name === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

function variantsOf({ signature }: Profile): { readonly made: readonly Variant[]; readonly leftOut: FixtureSet['leftOut'] } {
  const signsNothing = signature.signed.length === 0 && signature.variants === undefined
  const leftOut = [
    ...(signsNothing || signature.covers === 'metadata-only' || signature.covers === 'nothing' ? [{ variant: 'tampered-body', because: signsNothing ? 'nothing is signed: deliveries carry a shared secret' : 'the signature covers nothing of the payload' } as const] : []),
    ...(signature.timestamp === null ? [{ variant: 'expired', because: 'the scheme has no timestamp' } as const] : []),
  ]
  const all: readonly Variant[] = ['valid', 'tampered-body', 'wrong-secret', 'expired']
  return { made: all.filter((variant) => leftOut.every((each) => each.variant !== variant)), leftOut }
}

interface Making {
  readonly url: string
  readonly signedAtMs: number
  readonly keys: SigningKeys
  readonly name: string
  readonly sample: number
}

function requestOf(profile: Profile, { url, signedAtMs, keys, name, sample }: Making, variant: Variant): WireRequest {
  const scheme = profile.signature
  const random = seededRandom(1, `fixture ${sample} ${name}`)
  const used = variant === 'wrong-secret' ? otherKeysFor(scheme, keys, seededRandom(1, 'the secret of a stranger')) : keys
  const sender: Sender = { profile, url, keys: used, headers: [], random }
  const pastMs = variant === 'expired' ? (scheme.timestamp?.past ?? 0) * 1000 + pastBeyondMs : 0
  const { request, fields } = compose(sender, { name, sample }, freshId(profile, random), { attemptAtMs: -pastMs }, signedAtMs)
  const signed = lasting(profile, request, fields, used)
  if (variant !== 'tampered-body') return signed
  const joined = scheme.signed.flatMap((part) => ('join' in part ? part.of : []))
  return { ...signed, body: changeOneValue(signed.body, profile, scheme.covers === 'fields' ? joined : undefined) }
}

/** A request whose ECDSA signature is the same each time; every other signature is so by itself. */
function lasting({ signature: scheme }: Profile, request: WireRequest, fields: Readonly<Record<string, string>>, keys: SigningKeys): WireRequest {
  const tag = selectedTag(scheme, keys)
  const key = readKeys(scheme, keys, 'sign').get(tag)?.[0]
  if (key?.algorithm.alg !== 'ecdsa-p256-sha256' || key.pair?.signing === undefined) return request
  const raw = deterministicEcdsa(key.pair.signing, signedContent(scheme, request, fields, keys))
  return { ...request, ...sign(scheme, request, keys, { fields, entries: () => [entryFor(scheme, tag, encodeSignature(scheme.signature.encoding, raw))] }) }
}

function expectationOf({ acknowledgement, signature }: Profile, variant: Variant): Expectation {
  const refused = { answer: 'refused', status: acknowledgement.refusal } as const
  switch (variant) {
    case 'valid':
      return { answer: 'accepted', status: acknowledgement.success, because: 'it is as the sender signed it' }
    case 'tampered-body':
      return { ...refused, because: 'one value of the body was changed after it was signed' }
    case 'wrong-secret':
      return { ...refused, because: 'it was signed with another secret' }
    case 'expired':
      return { ...refused, because: `its timestamp was ${Math.round(((signature.timestamp?.past ?? 0) * 1000 + pastBeyondMs) / 60_000)} minutes old when it was made; ${signature.timestamp?.past ?? 0} seconds are allowed` }
  }
}
