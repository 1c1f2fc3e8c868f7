import { randomBytes } from 'node:crypto'
import { HarnessError } from '../harness/errors.ts'
import { leafPointers, parseJson, withoutValueAt } from '../harness/profile/json-pointer.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { compose, freshId } from '../harness/roles/consumer/compose.ts'
import { valueOf } from '../harness/roles/consumer/sample.ts'
import { changeBody, forged, inOrder, removeSignature, type Tampering as Change } from '../harness/roles/consumer/tamper.ts'
import { anEvent, type Delivery } from '../harness/roles/consumer/vocabulary.ts'
import { webhookProfile } from './webhook-profile.ts'

/**
 * What is wrong with a request that has to be refused: one value of the body was changed after signing; it was signed with the key
 * of a stranger; it has no signature; it was signed longer ago than the profile tolerates.
 */
export type Tampering = 'body-changed' | 'forged' | 'unsigned' | 'expired'

export interface SignedRequestOptions {
  readonly url: string | URL
  /** What the sender signs with: the text that the receiver is configured with, or the private key of a pair. */
  readonly secret: string
  /** A built-in profile by name, the path of a document, or what `loadProfile` gave. Default `event-delivery`. */
  readonly profile?: string | Profile
  /** The event: a string is the body as it stands, any other value is sent as JSON. Default: the profile's example, with a fresh id. */
  readonly event?: unknown
  /** Identity of the delivery. Default: that of the event where it has one, else a fresh one. */
  readonly id?: string
  /** When the attempt is made. Default: now. */
  readonly at?: Date
  readonly tampering?: Tampering
}

/** One delivery as its provider makes it: signed as the profile says, or wrong in exactly one way. */
export async function signedRequest(options: SignedRequestOptions): Promise<Request> {
  const { secret, at = new Date() } = options
  const profile = await webhookProfile(options.profile)
  const url = String(options.url)
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  const sender = { profile, url, keys: { secrets: [secret], config }, headers: [], random: randomBytes }
  const body = options.event === undefined ? undefined : bodyOf(options.event)
  const id = options.id ?? (body && identityIn(profile, body)) ?? freshId(profile, randomBytes)
  const delivery: Delivery = { ...deliveryOf(profile, options.tampering), ...(body ? { body: () => body } : {}) }
  const { request } = compose(sender, anEvent, id, delivery, at.getTime())
  return new Request(request.url, { method: request.method, headers: request.headers.map(([name, value]): [string, string] => [name, value]), body: new Uint8Array(request.body) })
}

function bodyOf(event: unknown): Buffer {
  return Buffer.from(typeof event === 'string' ? event : JSON.stringify(event))
}

/** The identity that the body of an event tells by itself. */
function identityIn({ acknowledgement: { deduplication } }: Profile, body: Buffer): string | undefined {
  const [place] = deduplication?.places ?? []
  return place?.in === 'body' && parseJson(body.toString()) !== undefined ? valueOf({ headers: [], body }, place) : undefined
}

function deliveryOf(profile: Profile, tampering: Tampering | undefined): Delivery {
  const { timestamp } = profile.signature
  switch (tampering) {
    case undefined:
      return {}
    case 'body-changed':
      return { afterSigning: changeBody }
    case 'forged':
      return forged
    case 'unsigned':
      return { afterSigning: inOrder(removeSignature, removeBodySignature) }
    case 'expired':
      if (timestamp) return { attemptAtMs: -(timestamp.past + 60) * 1000 }
      throw new HarnessError('usage', `the signatures of the profile ${profile.name} have no timestamp, so none of them expires`, 'leave this tampering out')
    default:
      throw new HarnessError('usage', `there is no tampering "${String(tampering)}"`, 'write body-changed, forged, unsigned or expired')
  }
}

/** The signature disappears from the body, or from each item of it, where the scheme puts it there. */
const removeBodySignature: Change = (request, { profile: { signature } }) => {
  const document = parseJson(request.body.toString())
  const ends = signature.signature.sources.flatMap((source) => (source.in === 'header' ? [] : [source.pointer]))
  if (document === undefined || ends.length === 0) return request
  const places = leafPointers(document).filter((pointer) => ends.some((end) => pointer.endsWith(end)))
  return { ...request, body: Buffer.from(JSON.stringify(places.reduce(withoutValueAt, document))) }
}
