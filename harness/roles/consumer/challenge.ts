import { answerTo, type AnsweredChallenge } from '../../handshake/answer.ts'
import { challengeFor, configuredBy } from '../../handshake/challenge.ts'
import type { Handshake, HandshakeAnswer } from '../../handshake/handshake.ts'
import { headerValues } from '../../http/headers.ts'
import type { WireReply, WireRequest } from '../../http/message.ts'
import { parseJson, valueAt } from '../../profile/json-pointer.ts'
import type { SigningKeys } from '../../signing/key.ts'
import { anEvent, deliver, type ConsumerStep, type Delivery } from './vocabulary.ts'

/** Sends a challenge of the profile in place of a delivery: signed where challenges are, unless `how` makes it otherwise. */
export function challenge(handshake: Handshake, how: Delivery = {}): ConsumerStep {
  const made = (id: string) => challengeFor(handshake, `challenge-${id}`, {}, 'a-token-of-a-stranger')
  return deliver(anEvent, {
    ...how,
    handshake,
    method: handshake.match.method,
    body: (_, { id }) => Buffer.from(made(id).body ?? ''),
    afterSigning: (request, { id, profile }) => {
      const { query, headers, body } = made(id)
      const url = new URL(request.url)
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      const own = body === undefined ? withoutDelivery(request, profile.signature) : request.headers
      return { ...request, url: url.href, headers: [...own, ...headers] }
    },
  })
}

/** Both sides have to be told something before the exchange can succeed. */
export function isConfigured(handshake: Handshake): boolean {
  return configuredBy(handshake).length > 0
}

/** Challenges carry the signature of a delivery, and are nothing without it. */
export function isSignedHandshake({ auth = [] }: Handshake): boolean {
  return auth.includes('signature')
}

/** The answer has headers that are the same whatever was asked. */
export function namesMediaType({ respond }: Handshake): boolean {
  return Object.values(respond.headers ?? {}).some((value) => typeof value === 'string')
}

/** `right`, or what is wrong with the answer to a challenge, without the value that would have been right. */
export function challengeVerdict(handshake: Handshake, request: WireRequest, reply: WireReply | undefined, keys: SigningKeys): string {
  if (reply === undefined) return 'no answer'
  if (reply.status < 200 || reply.status > 299) return `the status ${reply.status}`
  const wanted = answerTo(handshake.respond, request, { secret: keys.secrets[0] ?? '', config: keys.config ?? {} })
  return bodyFault(handshake.respond, wanted, reply.body.toString('utf8')) ?? headerFault(handshake.respond, wanted, reply) ?? 'right'
}

function bodyFault({ json, body }: HandshakeAnswer, wanted: AnsweredChallenge, text: string): string | undefined {
  if (json !== undefined) {
    const told = parseJson(text)
    const expected = parseJson(wanted.body) ?? null
    const wrong = Object.keys(json).find((name) => told === undefined || JSON.stringify(valueAt(told, `/${name}`)) !== JSON.stringify(valueAt(expected, `/${name}`)))
    return wrong === undefined ? undefined : told === undefined ? 'a body that is not JSON' : `another value for the member "${wrong}"`
  }
  return body === undefined || text.trim() === wanted.body ? undefined : 'another text than that of the challenge'
}

/** Headers that are constants say how the body is to be read; what is computed is the answer itself. */
function headerFault({ headers = {} }: HandshakeAnswer, wanted: AnsweredChallenge, reply: WireReply): string | undefined {
  const computed = wanted.headers.filter(([name]) => typeof headers[name] === 'object')
  const wrong = computed.find(([name, value]) => value !== '' && headerValues(reply.headers, name)[0]?.trim() !== value)
  return wrong && `another value for the header ${wrong[0]}`
}

function withoutDelivery({ headers }: WireRequest, { fields, signature }: { readonly fields: Readonly<Record<string, object>>; readonly signature: { readonly sources: readonly object[] } }): WireRequest['headers'] {
  const named = [...Object.values(fields), ...signature.sources].flatMap((place) => ('name' in place && typeof place.name === 'string' ? [place.name.toLowerCase()] : []))
  return headers.filter(([name]) => !['content-type', ...named].includes(name.toLowerCase()))
}
