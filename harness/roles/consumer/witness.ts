import type { CaseLine, ExchangeLine, TranscriptLine } from '../../transcript/line.ts'
import { bodyText } from '../../transcript/record.ts'
import type { Profile } from '../../profile/profile.ts'
import { meaningOf, type Baseline, type ConsumerSeen, type Reply } from './seen.ts'

/** The three cases that a run of this role learns from before it judges anything. */
export const baselineCases = {
  untouched: 'consumer-signature/untouched',
  forged: 'consumer-signature/forged',
  unreadable: 'consumer-body/not-json',
} as const

/** A transcript, sorted by what claims ask for. Built once, read by every case. */
export interface Witness {
  readonly profile: Profile
  readonly exchanges: ReadonlyMap<string, readonly ExchangeLine[]>
  readonly cases: ReadonlyMap<string, CaseLine>
  /** How often each identity took effect; undefined when effects cannot be seen. */
  readonly effects: ReadonlyMap<string, number> | undefined
  readonly baseline: Baseline
  readonly throttled: readonly Reply[]
  readonly everyReply: readonly Reply[]
  readonly deadlineMs: number
  readonly lagMs: number
}

export function witness(lines: readonly TranscriptLine[]): Witness {
  const run = lines.find((line) => line.kind === 'run')
  if (!run) throw new TypeError('a transcript begins with its run line')
  const { profile } = run
  const exchanges = new Map<string, ExchangeLine[]>()
  const cases = new Map<string, CaseLine>()
  let effects: Map<string, number> | undefined
  for (const line of lines) {
    if (line.kind === 'exchange') exchanges.set(line.case, [...(exchanges.get(line.case) ?? []), line])
    if (line.kind === 'case') cases.set(line.case, line)
    if (line.kind === 'effects') {
      effects = new Map()
      for (const { event } of line.effects) effects.set(event, (effects.get(event) ?? 0) + 1)
    }
  }
  const everyReply = [...exchanges.values()].flat().map((line) => replyOf(line, profile))
  const only = (id: string) => {
    const line = exchanges.get(id)?.findLast(({ superseded }) => !superseded)
    return line && replyOf(line, profile)
  }
  const [untouched, forged, unreadable] = [only(baselineCases.untouched), only(baselineCases.forged), only(baselineCases.unreadable)]
  return {
    profile,
    exchanges,
    cases,
    effects,
    baseline: { ...(untouched ? { untouched } : {}), ...(forged ? { forged } : {}), ...(unreadable ? { unreadable } : {}) },
    throttled: everyReply.filter(({ meaning }) => meaning === 'throttled'),
    everyReply,
    deadlineMs: run.deadlineMs,
    lagMs: lines.find((line) => line.kind === 'end')?.lagMs.max ?? 0,
  }
}

/** What a case's claims may read; undefined when the case left no exchange. */
export function consumerSeen(witnessed: Witness, id: string): ConsumerSeen | undefined {
  const lines = (witnessed.exchanges.get(id) ?? []).filter(({ superseded }) => !superseded)
  const replies = lines.map((line) => replyOf(line, witnessed.profile))
  const reply = replies.at(-1)
  if (!reply) return undefined
  return {
    profile: witnessed.profile,
    replies,
    reply,
    effects: (event) => {
      if (!witnessed.effects) return undefined
      const ids = new Set((witnessed.exchanges.get(id) ?? []).filter((line) => line.event === event.name).flatMap((line) => line.ids))
      let count = 0
      for (const one of ids) count += witnessed.effects.get(one) ?? 0
      return count
    },
    baseline: witnessed.baseline,
    throttled: witnessed.throttled,
    everyReply: witnessed.everyReply,
    deadlineMs: witnessed.deadlineMs,
    lagMs: witnessed.lagMs,
  }
}

function replyOf(line: ExchangeLine, profile: Profile): Reply {
  const { reply } = line
  return {
    exchange: line.id,
    event: line.event,
    meaning: meaningOf(reply?.status, profile),
    headers: reply?.headers ?? [],
    body: reply ? bodyText(reply.body) : '',
    ...(reply ? { status: reply.status } : {}),
    ...(line.handshake === undefined ? {} : { handshake: line.handshake }),
    ...(line.fault ? { fault: line.fault } : {}),
    ...(line.detail ? { detail: line.detail } : {}),
    ...(line.flushedMs === undefined || line.repliedMs === undefined ? {} : { latencyMs: line.repliedMs - line.flushedMs }),
  }
}
