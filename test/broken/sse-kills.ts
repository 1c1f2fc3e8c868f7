import type { HeaderLine } from '../../harness/http/message.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Report } from '../../harness/report/report.ts'
import { run } from '../../harness/run.ts'
import { sseClient } from '../../reference/sse-client.ts'
import { sseServer } from '../../reference/sse-server.ts'
import { suites } from '../../suites/index.ts'
import { killIn, type Kill } from './kill-matrix.ts'
import type { BrokenSseClient } from './sse-clients/broken-sse-client.ts'
import { brokenSseClients } from './sse-clients/index.ts'
import { readersToken, type BrokenSseServer } from './sse-servers/broken-sse-server.ts'
import { brokenSseServers } from './sse-servers/index.ts'

const authorization: HeaderLine = ['Authorization', `Bearer ${readersToken}`]

/** What a broken target needs to be run; nothing of it is the honest reference. */
type Variant<Broken extends BrokenSseServer | BrokenSseClient> = Partial<Pick<Broken, 'profile' | 'variant' | 'parts'>>

/** The reference stream server, or one with parts of its own, against the whole suite. It asks its readers for a token. */
export async function runReferenceSseServer({ profile: name = 'event-delivery', variant = (profile) => profile, parts = () => ({}) }: Variant<BrokenSseServer> = {}): Promise<Report> {
  const profile = variant(await loadProfile(name))
  const { report } = await run({
    role: 'sse-server',
    profile,
    suites,
    keys: { secrets: [] },
    headers: [authorization],
    target: { kind: 'in-process', name: 'reference', handler: () => sseServer({ profile, heartbeatMs: 150, token: readersToken, parts: parts() }) },
  })
  return report
}

/** The reference stream client, or one with parts of its own, against the whole suite. */
export async function runReferenceSseClient({ profile: name = 'event-delivery', variant = (profile) => profile, parts = () => ({}) }: Variant<BrokenSseClient> = {}): Promise<Report> {
  const profile = variant(await loadProfile(name))
  const { report } = await run({
    role: 'sse-client',
    profile,
    suites,
    keys: { secrets: [] },
    target: { kind: 'in-process', name: 'reference', steady: true, handler: () => sseClient({ profile, reconnectMs: 50, parts: parts() }) },
  })
  return report
}

export async function sseServerKillOf(target: string, broken: BrokenSseServer): Promise<Kill> {
  return killIn(await runReferenceSseServer(broken), target, broken)
}

export async function sseClientKillOf(target: string, broken: BrokenSseClient): Promise<Kill> {
  return killIn(await runReferenceSseClient(broken), target, broken)
}

/** Streams are judged on real time: a kill that a busy machine hid is looked for again, twice at most. */
const runs = 3

async function killed(kill: () => Promise<Kill>): Promise<Kill> {
  let seen = await kill()
  for (let run = 1; run < runs && seen.problems.length > 0; run += 1) seen = await kill()
  return seen
}

/** Every broken stream server against the whole suite. */
export async function sseServerKills(): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  for (const [target, broken] of Object.entries(brokenSseServers)) kills.push(await killed(() => sseServerKillOf(target, broken)))
  return kills
}

/** Every broken stream client against the whole suite. */
export async function sseClientKills(): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  for (const [target, broken] of Object.entries(brokenSseClients)) kills.push(await killed(() => sseClientKillOf(target, broken)))
  return kills
}
