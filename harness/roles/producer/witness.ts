import type { AttemptLine, CaseLine, EmissionLine, EndpointLine, ExchangeLine, TranscriptLine } from '../../transcript/line.ts'
import { bodyText } from '../../transcript/record.ts'
import type { DeliveryPolicy, Profile } from '../../profile/profile.ts'
import type { ApiReply, Attempt, ProducerSeen } from './seen.ts'

/** A transcript of this role, sorted by what claims ask for. */
export interface ProducerWitness {
  readonly profile: Profile
  readonly policy: DeliveryPolicy
  readonly attempts: ReadonlyMap<string, readonly AttemptLine[]>
  readonly emissions: ReadonlyMap<string, readonly EmissionLine[]>
  readonly endpoints: ReadonlyMap<string, readonly EndpointLine[]>
  readonly exchanges: ReadonlyMap<string, readonly ExchangeLine[]>
  readonly cases: ReadonlyMap<string, CaseLine>
  readonly scale: number
  readonly timeoutMs: number
  readonly lagMs: number
  readonly ownsTime: boolean
}

/** Name of the endpoint that nobody subscribed: where redirects lead. */
export const elsewhere = 'elsewhere'

/** What holds where a profile says nothing of its deliveries. */
export const defaultPolicy: DeliveryPolicy = { success: ['2xx'], permanent: [], disable: [], throttle: [429, 503], timeoutMs: 30_000, maxRetryAfterMs: 86_400_000, redirects: 0 }

export function producerWitness(lines: readonly TranscriptLine[]): ProducerWitness {
  const run = lines.find((line) => line.kind === 'run')
  if (!run) throw new TypeError('a transcript begins with its run line')
  const group = <K extends TranscriptLine['kind']>(kind: K) => {
    const groups = new Map<string, Extract<TranscriptLine, { kind: K }>[]>()
    for (const line of lines) {
      if (line.kind !== kind || !('case' in line)) continue
      const own = line as Extract<TranscriptLine, { kind: K }> // the kind was compared above
      groups.set(line.case, [...(groups.get(line.case) ?? []), own])
    }
    return groups
  }
  const attempts = group('attempt')
  return {
    profile: run.profile,
    policy: run.profile.delivery ?? defaultPolicy,
    attempts,
    emissions: group('emission'),
    endpoints: group('endpoint'),
    exchanges: group('exchange'),
    cases: new Map(lines.flatMap((line) => (line.kind === 'case' ? [[line.case, line] as const] : []))),
    scale: run.run.timeScale,
    timeoutMs: run.deadlineMs,
    ownsTime: run.run.clock === 'virtual',
    lagMs: run.run.clock === 'virtual' ? 0 : (lines.find((line) => line.kind === 'end')?.lagMs.max ?? 0),
  }
}

/** What a case's claims may read; undefined when it left nothing. */
export function producerSeen(witnessed: ProducerWitness, id: string): ProducerSeen | undefined {
  const line = witnessed.cases.get(id)
  if (line?.state !== 'played') return undefined
  const endpoints = witnessed.endpoints.get(id) ?? []
  // Nothing is said of a target by endpoints that it never knew.
  if (endpoints.some(({ refused }) => refused !== undefined)) return undefined
  const every = (witnessed.attempts.get(id) ?? []).map(attemptOf)
  const all = every.filter((attempt) => attempt.endpoint !== elsewhere)
  const own = all.filter(({ event }) => event !== undefined)
  const first = endpoints[0]?.name ?? 'endpoint'
  const replies = (witnessed.exchanges.get(id) ?? []).map(replyOf)
  return {
    profile: witnessed.profile,
    policy: witnessed.policy,
    emissions: witnessed.emissions.get(id) ?? [],
    attempts: own.filter(({ endpoint }) => endpoint === first),
    at: (name) => own.filter(({ endpoint }) => endpoint === name),
    foreign: all.filter(({ event, handshake }) => event === undefined && handshake === undefined),
    strays: every.filter((attempt) => attempt.endpoint === elsewhere),
    endpoints,
    replies,
    reply: (name) => replies.find((reply) => reply.name === name),
    scale: witnessed.scale,
    timeoutMs: witnessed.timeoutMs,
    lagMs: witnessed.lagMs,
    ownsTime: witnessed.ownsTime,
    untilMs: line.endedMs,
    cutShort: line.cutShort ?? false,
  }
}

function attemptOf(line: AttemptLine): Attempt {
  return {
    exchange: line.id,
    endpoint: line.endpoint,
    ...(line.event === undefined ? {} : { event: line.event }),
    ...(line.number === undefined ? {} : { number: line.number }),
    ...(line.handshake === undefined ? {} : { handshake: line.handshake }),
    arrivedMs: line.arrivedMs,
    ...(line.completedMs === undefined ? {} : { completedMs: line.completedMs }),
    ...(line.closedMs === undefined ? {} : { closedMs: line.closedMs }),
    ...(line.closedBy === undefined ? {} : { closedBy: line.closedBy }),
    method: line.request.method,
    target: line.request.target,
    headers: line.request.headers,
    body: bodyText(line.request.body),
    bodyBytes: line.request.body.bytes,
    bodyDigest: line.bodyDigest,
    ...(line.identity === undefined ? {} : { id: line.identity }),
    ...(line.timestamp === undefined ? {} : { timestamp: line.timestamp }),
    ...(line.timestampAgeMs === undefined ? {} : { timestampAgeMs: line.timestampAgeMs }),
    signature: line.signature,
    ...(line.rotatedSignature === undefined ? {} : { rotatedSignature: line.rotatedSignature }),
    foreignKey: line.foreignKey,
    signatureText: '',
    answer: line.answer,
    ...(line.answerStatus === undefined ? {} : { answerStatus: line.answerStatus }),
  }
}

function replyOf(line: ExchangeLine): ApiReply {
  return {
    name: line.event,
    exchange: line.id,
    endedMs: line.endedMs,
    ...(line.reply ? { status: line.reply.status } : {}),
    body: line.reply ? bodyText(line.reply.body) : '',
    headers: line.reply?.headers ?? [],
    truncated: line.reply?.truncated ?? false,
    ...(line.fault ? { fault: line.detail ?? line.fault } : {}),
    revealsSecret: line.reply ? /\[redacted:secret\]/.test(bodyText(line.reply.body)) : false,
  }
}
