import type { ConnectionLine, ServedLine } from '../../transcript/client-line.ts'
import type { CaseLine, RecordedBody, RunLine, TranscriptLine } from '../../transcript/line.ts'
import type { Profile } from '../../profile/profile.ts'
import { everyOffer, type ClientOffers } from './needs.ts'
import type { ClientSeen, SseClientSeen, StreamRequest } from './seen.ts'
import { only } from './vocabulary.ts'

/** A transcript of this role, sorted by what claims ask for. */
export interface SseClientWitness {
  readonly profile: Profile
  readonly offers: ClientOffers
  readonly served: ReadonlyMap<string, readonly ServedLine[]>
  readonly connections: ReadonlyMap<string, readonly ConnectionLine[]>
  readonly cases: ReadonlyMap<string, CaseLine>
  readonly lagMs: number
}

export function offersOf({ offers }: RunLine): ClientOffers {
  return offers.client ?? everyOffer
}

export function sseClientWitness(lines: readonly TranscriptLine[]): SseClientWitness {
  const run = lines.find((line) => line.kind === 'run')
  if (!run) throw new TypeError('a transcript begins with its run line')
  return {
    profile: run.profile,
    offers: offersOf(run),
    served: grouped(lines.filter((line) => line.kind === 'served')),
    connections: grouped(lines.filter((line) => line.kind === 'connection')),
    cases: new Map(lines.flatMap((line) => (line.kind === 'case' ? [[line.case, line] as const] : []))),
    lagMs: lines.find((line) => line.kind === 'end')?.lagMs.max ?? 0,
  }
}

/** What a case's claims may read; undefined when it left nothing. */
export function sseClientSeen(witnessed: SseClientWitness, id: string): SseClientSeen | undefined {
  const line = witnessed.cases.get(id)
  if (line?.state !== 'played') return undefined
  const served = (witnessed.served.get(id) ?? []).toSorted((a, b) => a.arrivedMs - b.arrivedMs)
  const clients = (witnessed.connections.get(id) ?? []).map(clientOf)
  return {
    profile: witnessed.profile,
    offers: witnessed.offers,
    requests: (path = only) => served.filter((request) => request.path === path).map(requestOf),
    client: (name = only) => clients.find((client) => client.name === name),
    lagMs: witnessed.lagMs,
    untilMs: line.endedMs,
    cutShort: line.cutShort ?? false,
  }
}

function grouped<Line extends { readonly case: string }>(lines: readonly Line[]): ReadonlyMap<string, readonly Line[]> {
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const group = groups.get(line.case)
    if (group) group.push(line)
    else groups.set(line.case, [line])
  }
  return groups
}

function requestOf(line: ServedLine): StreamRequest {
  return {
    exchange: line.id,
    method: line.request.method,
    headers: line.request.headers,
    arrivedMs: line.arrivedMs,
    answer: line.answer,
    status: line.status,
    body: bytesOf(line.body),
    bodyBytes: line.body.bytes,
    cuts: line.cuts,
    ...(line.endingMs === undefined ? {} : { endingMs: line.endingMs }),
    ...(line.closedMs === undefined ? {} : { closedMs: line.closedMs }),
    ...(line.closedBy === undefined ? {} : { closedBy: line.closedBy }),
    gates: line.gates,
  }
}

function bytesOf(body: RecordedBody): Uint8Array {
  return body.text === undefined ? Buffer.from(body.base64 ?? '', 'base64') : Buffer.from(body.text, 'utf8')
}

function clientOf(line: ConnectionLine): ClientSeen {
  return {
    name: line.client,
    path: line.path,
    startedMs: line.startedMs,
    states: line.states,
    events: line.events,
    count: line.count,
    errors: line.errors,
    asked: line.asked,
    ...(line.closedMs === undefined ? {} : { closedMs: line.closedMs }),
    ...(line.countAtClose === undefined ? {} : { countAtClose: line.countAtClose }),
  }
}
