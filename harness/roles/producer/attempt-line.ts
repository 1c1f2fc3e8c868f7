import { createHash } from 'node:crypto'
import { handshakeOf } from '../../handshake/answer.ts'
import { headerValues } from '../../http/headers.ts'
import type { CapturedAttempt } from '../../http/capture.ts'
import type { Profile } from '../../profile/profile.ts'
import { timestampMs } from '../../signing/timestamp.ts'
import { verify } from '../../signing/verify.ts'
import type { AttemptLine } from '../../transcript/line.ts'
import { recordBody } from '../../transcript/record.ts'
import { valueOf } from '../consumer/sample.ts'

interface AttemptContext {
  readonly id: string
  readonly case: string
  readonly endpoint: string
  readonly url: string
  /** Empty where nobody subscribed: nothing can verify there. */
  readonly secret: string
  readonly otherSecrets: readonly string[]
  /** What a rotation put in place of the secret. */
  readonly rotatedSecret?: string
  readonly event?: string
  readonly number?: number
}

interface Recording {
  readonly profile: Profile
  readonly redact: (text: string) => string
}

/** The transcript's line of one attempt. Its signature is verified here and now: the secret is in no transcript. */
export function attemptLine({ profile, redact }: Recording, attempt: CapturedAttempt, context: AttemptContext): AttemptLine {
  const message = { method: attempt.method, url: context.url, headers: attempt.headers, body: attempt.body }
  const verdict = (secret: string) => {
    const found = verify(profile.signature, message, { secrets: [secret], config: Object.fromEntries((profile.signature.config ?? []).map((name) => [name, context.url])) }, attempt.arrivedAt)
    return found.verified ? 'verified' : found.reason
  }
  const identity = identityOf(profile, attempt)
  const timestamp = timestampOf(profile, attempt)
  const sentAt = timestamp === undefined || !profile.signature.timestamp ? undefined : timestampMs(profile.signature.timestamp.unit, timestamp)
  const handshake = context.event === undefined ? handshakeOf(profile.handshakes ?? [], { ...attempt, url: attempt.target }) : undefined
  const status = /^\d{3}/.exec(attempt.answer)?.[0]
  return {
    kind: 'attempt',
    id: context.id,
    case: context.case,
    endpoint: context.endpoint,
    ...(context.event === undefined ? {} : { event: context.event }),
    ...(context.number === undefined ? {} : { number: context.number }),
    request: {
      method: attempt.method,
      target: attempt.target,
      headers: attempt.headers.map(([name, value]) => [redact(name).slice(0, 200), redact(value).slice(0, 2000)] as const),
      body: recordBody(attempt.body, redact),
    },
    ...(handshake === undefined ? {} : { handshake: handshake.id }),
    bodyDigest: createHash('sha256').update(attempt.body).digest('hex'),
    ...(identity === undefined ? {} : { identity }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(sentAt === undefined ? {} : { timestampAgeMs: attempt.arrivedAt - sentAt }),
    signature: context.secret === '' ? 'no secret to verify with' : attempt.bodyTruncated ? 'body too large to verify' : verdict(context.secret),
    ...(context.rotatedSecret === undefined ? {} : { rotatedSignature: attempt.bodyTruncated ? 'body too large to verify' : verdict(context.rotatedSecret) }),
    foreignKey: context.otherSecrets.some((secret) => verdict(secret) === 'verified'),
    arrivedMs: round(attempt.arrivedMs),
    ...(attempt.completedMs === undefined ? {} : { completedMs: round(attempt.completedMs) }),
    ...(attempt.closedMs === undefined ? {} : { closedMs: round(attempt.closedMs) }),
    ...(attempt.closedBy === undefined ? {} : { closedBy: attempt.closedBy }),
    answer: attempt.answer,
    ...(status === undefined ? {} : { answerStatus: Number(status) }),
  }
}

/** The id of the event that an attempt carries, where the profile names a place for it. */
export function identityOf({ acknowledgement }: Profile, { headers, body }: CapturedAttempt): string | undefined {
  const place = acknowledgement.deduplication?.places[0]
  return place && valueOf({ headers, body }, place)
}

function timestampOf(profile: Profile, attempt: CapturedAttempt): string | undefined {
  const field = profile.signature.fields[profile.signature.timestamp?.field ?? '']
  if (!field) return undefined
  if (field.in === 'header') return headerValues(attempt.headers, field.name)[0]
  if (field.in === 'body') return valueOf({ headers: attempt.headers, body: attempt.body }, field)
  if (field.in !== 'sigparam') return undefined
  const [source] = profile.signature.signature.sources
  const value = source && 'name' in source ? headerValues(attempt.headers, source.name)[0] : undefined
  const { list, tag } = profile.signature.signature
  return value?.split(list?.sep ?? ',').map((entry) => entry.trim()).find((entry) => entry.startsWith(`${field.name}${tag?.sep ?? '='}`))?.slice(field.name.length + (tag?.sep ?? '=').length)
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
