import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { brokenProducers } from '../test/broken/producers/index.ts'
import { killMatrix, withoutBrokenTarget, type Kill } from '../test/broken/kill-matrix.ts'
import { producerKills } from '../test/broken/producer-kills.ts'
import { brokenSseClients } from '../test/broken/sse-clients/index.ts'
import { sseClientKills, sseServerKills } from '../test/broken/sse-kills.ts'
import { brokenSseServers } from '../test/broken/sse-servers/index.ts'

/**
 * Runs the suites against every broken target, prints requirement × target, and writes reports/kill-matrix.json.
 *
 *   npm run matrix [-- ROLE…]     only these roles; the others stay in the file as they are
 */
const roles: Readonly<Record<string, { readonly kills: () => Promise<readonly Kill[]>; readonly missing: () => readonly string[] }>> = {
  consumer: { kills: killMatrix, missing: () => withoutBrokenTarget() },
  producer: { kills: producerKills, missing: () => withoutBrokenTarget('producer', Object.values(brokenProducers)) },
  'sse-server': { kills: sseServerKills, missing: () => withoutBrokenTarget('sse-server', Object.values(brokenSseServers)) },
  'sse-client': { kills: sseClientKills, missing: () => withoutBrokenTarget('sse-client', Object.values(brokenSseClients)) },
}
const file = 'reports/kill-matrix.json'
const asked = process.argv.slice(2)
const results: { readonly role: string; readonly kills: readonly Kill[]; readonly withoutBrokenTarget: readonly string[] }[] = []
for (const [role, { kills, missing }] of Object.entries(roles)) {
  if (asked.length > 0 && !asked.includes(role)) continue
  const result = { role, kills: await kills(), withoutBrokenTarget: missing() }
  print(role, result.kills, result.withoutBrokenTarget)
  results.push(result)
}
await mkdir('reports', { recursive: true })
const known: { readonly roles: typeof results } = asked.length === 0 ? { roles: [] } : JSON.parse(await readFile(file, 'utf8'))
const merged = Object.keys(roles).flatMap((role) => [...results, ...known.roles].find((each) => each.role === role) ?? [])
await writeFile(file, `${JSON.stringify({ killMatrix: 1, roles: merged }, null, 2)}\n`)
const clean = results.length > 0 && results.every(({ kills, withoutBrokenTarget: missing }) => missing.length === 0 && kills.every(({ problems }) => problems.length === 0))
// A client that forgets to cancel a reconnection is one of the targets, and its timer may run for weeks.
process.exit(clean ? 0 : 1)

function print(role: string, kills: readonly Kill[], missing: readonly string[]): void {
  const width = Math.max(...kills.map(({ requirement }) => requirement.length))
  for (const kill of [...kills].sort((a, b) => a.requirement.localeCompare(b.requirement))) {
    const mark = kill.problems.length === 0 ? 'killed' : 'WRONG '
    process.stdout.write(`${mark}  ${kill.requirement.padEnd(width)}  ${kill.target} (${kill.killedBy.length} of its cases)\n`)
    for (const problem of kill.problems) process.stdout.write(`        ${problem}\n`)
  }
  for (const id of missing) process.stdout.write(`NO TARGET  ${id}\n`)
  const wrong = kills.filter(({ problems }) => problems.length > 0).length
  process.stdout.write(`\n${role}: ${kills.length - wrong} of ${kills.length} broken targets killed by their own rule and by no other MUST; ${missing.length} rules without a target\n\n`)
}
