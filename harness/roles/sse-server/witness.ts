import type { ProxyLensName } from '../../http/proxy-passage.ts'
import type { EventStreamPolicy, Profile } from '../../profile/profile.ts'
import type { CaseLine, TranscriptLine } from '../../transcript/line.ts'
import type { SseServerLine } from '../../transcript/stream-line.ts'
import { distortedBy } from './lens.ts'
import { defaultStreamPolicy } from '../../profile/default-stream-policy.ts'
import { publicationsOf, readStreamOf, type SseServerSeen } from './seen.ts'

/** A transcript of this role, sorted by what claims ask for. */
export interface SseServerWitness {
  readonly profile: Profile
  readonly policy: EventStreamPolicy
  readonly lines: ReadonlyMap<string, readonly SseServerLine[]>
  readonly cases: ReadonlyMap<string, CaseLine>
  readonly publishes: boolean
  readonly via?: ProxyLensName
  readonly heartbeatMs: number
  readonly lagMs: number
  /** What was sorted out for a case already: many claims ask for the same. */
  readonly seen: Map<string, SseServerSeen>
}

export function sseServerWitness(lines: readonly TranscriptLine[]): SseServerWitness {
  const run = lines.find((line) => line.kind === 'run')
  if (!run) throw new TypeError('a transcript begins with its run line')
  const own = new Map<string, SseServerLine[]>()
  for (const line of lines) {
    if (line.kind !== 'stream' && line.kind !== 'publication' && line.kind !== 'staging') continue
    const group = own.get(line.case)
    if (group) group.push(line)
    else own.set(line.case, [line])
  }
  const policy = run.profile.stream ?? defaultStreamPolicy
  const { via } = run.run
  return {
    profile: run.profile,
    policy,
    lines: own,
    cases: new Map(lines.flatMap((line) => (line.kind === 'case' ? [[line.case, via === undefined ? line : distortedBy(via, line, own.get(line.case) ?? [])] as const] : []))),
    publishes: run.offers.emits ?? false,
    ...(via === undefined ? {} : { via }),
    heartbeatMs: run.offers.stream?.heartbeatMs ?? policy.heartbeatMs,
    lagMs: lines.find((line) => line.kind === 'end')?.lagMs.max ?? 0,
    seen: new Map(),
  }
}

/** What a case's claims may read; undefined when it left nothing. */
export function sseServerSeen(witnessed: SseServerWitness, id: string): SseServerSeen | undefined {
  const known = witnessed.seen.get(id)
  if (known) return known
  const line = witnessed.cases.get(id)
  if (line?.state !== 'played') return undefined
  const lines = witnessed.lines.get(id) ?? []
  const publications = publicationsOf(lines)
  const streams = lines.flatMap((each) => (each.kind === 'stream' ? [readStreamOf(each, publications)] : []))
  const streamsOf = (name: string) => streams.filter((stream) => stream.name === name)
  const seen: SseServerSeen = {
    profile: witnessed.profile,
    policy: witnessed.policy,
    publications,
    publication: (name) => publications.find((publication) => publication.name === name),
    streams,
    // A server that was busy was asked again: what it then answered is its answer.
    stream: (name) => streamsOf(name).findLast(({ status }) => status !== 429 && status !== 503) ?? streamsOf(name).at(-1),
    streamsOf,
    staged: lines.flatMap((each) => (each.kind === 'staging' ? [each] : [])),
    publishes: witnessed.publishes,
    ...(witnessed.via === undefined ? {} : { via: witnessed.via }),
    heartbeatMs: witnessed.heartbeatMs,
    lagMs: witnessed.lagMs,
    endedMs: line.endedMs,
  }
  witnessed.seen.set(id, seen)
  return seen
}

/** The lines that a verdict rests on. */
export function evidenceOf(witnessed: SseServerWitness, id: string): readonly string[] {
  return (witnessed.lines.get(id) ?? []).flatMap((line) => (line.kind === 'stream' ? [line.id] : [])).slice(0, 50)
}
