import { mkdir, writeFile } from 'node:fs/promises'
import { brokenProducers } from '../test/broken/producers/index.ts'
import { killMatrix, withoutBrokenTarget, type Kill } from '../test/broken/kill-matrix.ts'
import { producerKills } from '../test/broken/producer-kills.ts'
import { brokenSseClients } from '../test/broken/sse-clients/index.ts'
import { sseClientKills, sseServerKills } from '../test/broken/sse-kills.ts'
import { brokenSseServers } from '../test/broken/sse-servers/index.ts'

/** Runs the suites against every broken target, prints requirement × target, and writes reports/kill-matrix.json. */
const roles = [
  { role: 'consumer', kills: await killMatrix(), missing: withoutBrokenTarget() },
  { role: 'producer', kills: await producerKills(), missing: withoutBrokenTarget('producer', Object.values(brokenProducers)) },
  { role: 'sse-server', kills: await sseServerKills(), missing: withoutBrokenTarget('sse-server', Object.values(brokenSseServers)) },
  { role: 'sse-client', kills: await sseClientKills(), missing: withoutBrokenTarget('sse-client', Object.values(brokenSseClients)) },
]
for (const { role, kills, missing } of roles) print(role, kills, missing)
await mkdir('reports', { recursive: true })
const matrix = roles.map(({ role, kills, missing }) => ({ role, kills, withoutBrokenTarget: missing }))
await writeFile('reports/kill-matrix.json', `${JSON.stringify({ killMatrix: 1, roles: matrix }, null, 2)}\n`)
process.exitCode = roles.every(({ kills, missing }) => missing.length === 0 && kills.every(({ problems }) => problems.length === 0)) ? 0 : 1

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
