import type { HeaderLine } from '../../http/message.ts'
import type { ProxyLensName } from '../../http/proxy-passage.ts'
import type { EventStreamPolicy, Profile } from '../../profile/profile.ts'
import type { SseServerLine, StagingLine, StreamAsked, StreamLine } from '../../transcript/stream-line.ts'

/** One event of the case that the target was asked to publish. */
export interface Publication {
  /** Position among the events of the case. */
  readonly number: number
  readonly name: string
  readonly type: string
  readonly key?: string
  /** The id that was asked for. */
  readonly id?: string
  /** Data as clients have to get them: line ends are LF. Cut where they are long. */
  readonly data: string
  readonly dataLength: number
  /** The round of events by which streams were found alive. */
  readonly round?: number
  readonly beforeMs: number
  readonly afterMs: number
  readonly outcome: 'accepted' | 'refused' | 'failed'
  readonly detail?: string
  readonly toldId?: string
}

/** An event that a stream dispatched. */
export interface ReadEvent {
  readonly atMs: number
  /** When its first byte was read. */
  readonly beganMs: number
  readonly offset: number
  /** Number of the publication of this case that it carries. */
  readonly own?: number
  /** The data are those that were published. */
  readonly exact: boolean
  readonly forged: boolean
  readonly type: string
  readonly data: string
  readonly dataLength: number
  /** The id that its own block gives. */
  readonly id?: string
}

/** One connection of the harness. */
export interface ReadStream {
  readonly exchange: string
  readonly name: string
  readonly asked: StreamAsked
  readonly startedMs: number
  readonly headMs?: number
  readonly status?: number
  readonly headers: readonly HeaderLine[]
  readonly bytes: number
  readonly surplusBytes: number
  readonly start: string
  /** Text behind the last whole block. */
  readonly tail: string
  readonly events: readonly ReadEvent[]
  /** Ids that blocks without an event gave, each with its place among the bytes. */
  readonly bareIds: readonly { readonly id: string; readonly offset: number; readonly atMs: number }[]
  readonly comments: StreamLine['comments']
  readonly commentCount: number
  readonly retries: readonly number[]
  readonly flaws: StreamLine['flaws']
  readonly silentMs: number
  readonly endedMs: number
  readonly endedBy: StreamLine['endedBy']
  readonly complete: boolean
  readonly cut: boolean
  readonly fault?: string
  readonly lens?: StreamLine['lens']
}

/** Everything that a claim of the role `sse-server` may read. */
export interface SseServerSeen {
  readonly profile: Profile
  readonly policy: EventStreamPolicy
  readonly publications: readonly Publication[]
  readonly publication: (name: string) => Publication | undefined
  readonly streams: readonly ReadStream[]
  /** The first connection of a name. */
  readonly stream: (name: string) => ReadStream | undefined
  readonly streamsOf: (name: string) => readonly ReadStream[]
  readonly staged: readonly StagingLine[]
  /** The harness could make the target publish. */
  readonly publishes: boolean
  /** The proxy that stood between the harness and the target. */
  readonly via?: ProxyLensName
  /** Longest silence before a comment is due, as this target runs it. */
  readonly heartbeatMs: number
  /** The largest delay of the harness itself that was measured in this run. */
  readonly lagMs: number
  readonly endedMs: number
}

/** The publications of a case, one by one. */
export function publicationsOf(lines: readonly SseServerLine[]): readonly Publication[] {
  const publications = lines.flatMap((line) => (line.kind === 'publication' ? Array.from({ length: line.count }, (_, index): Publication => {
    const { first, ids, round, key, id, detail } = line
    const toldId = ids?.[index]
    return {
      number: first + index,
      name: line.place === undefined ? line.name : `${line.name} ${line.place + index}`,
      type: line.type,
      data: line.data,
      dataLength: line.dataLength,
      beforeMs: line.beforeMs,
      afterMs: line.afterMs,
      outcome: line.outcome,
      ...(key === undefined ? {} : { key }),
      ...(id === undefined ? {} : { id }),
      ...(round === undefined ? {} : { round }),
      ...(detail === undefined ? {} : { detail }),
      ...(toldId === undefined ? {} : { toldId }),
    }
  }) : []))
  return publications.sort((a, b) => a.number - b.number)
}

/** A connection as claims read it. */
export function readStreamOf(line: StreamLine, publications: readonly Publication[]): ReadStream {
  const events: ReadEvent[] = []
  const bareIds: { readonly id: string; readonly offset: number; readonly atMs: number }[] = []
  for (const { atMs, beganMs = atMs, offset, own, forged = false, type, data, dataLength, id } of line.blocks) {
    if (own === undefined && data === undefined) {
      if (id !== undefined) bareIds.push({ id, offset, atMs })
      continue
    }
    const published = own === undefined ? undefined : publications[own]
    const text = data ?? published?.data ?? ''
    events.push({ atMs, beganMs, offset, exact: data === undefined, forged, type: type ?? published?.type ?? 'message', data: text, dataLength: dataLength ?? (data === undefined ? published?.dataLength : undefined) ?? text.length, ...(own === undefined ? {} : { own }), ...(id === undefined ? {} : { id }) })
  }
  const text = (body: StreamLine['start']) => body?.text ?? Buffer.from(body?.base64 ?? '', 'base64').toString('latin1')
  return {
    exchange: line.id,
    name: line.name,
    asked: line.asked,
    startedMs: line.startedMs,
    ...(line.headMs === undefined ? {} : { headMs: line.headMs }),
    ...(line.status === undefined ? {} : { status: line.status }),
    headers: line.headers ?? [],
    bytes: line.bytes,
    surplusBytes: line.surplusBytes ?? 0,
    start: text(line.start),
    tail: text(line.tail),
    events,
    bareIds,
    comments: line.comments,
    commentCount: line.commentCount,
    retries: line.retries,
    flaws: line.flaws,
    silentMs: line.silentMs,
    endedMs: line.endedMs,
    endedBy: line.endedBy,
    complete: line.complete,
    cut: line.cut ?? false,
    ...(line.lens === undefined ? {} : { lens: line.lens }),
    ...(line.fault === undefined && line.detail === undefined ? {} : { fault: line.detail ?? line.fault ?? '' }),
  }
}
