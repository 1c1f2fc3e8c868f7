import { mkdir, writeFile } from 'node:fs/promises'
import { killMatrix, withoutBrokenTarget } from '../test/broken/kill-matrix.ts'

/** Runs the suite against every broken target, prints requirement × target, and writes reports/kill-matrix.json. */
const kills = await killMatrix()
const missing = withoutBrokenTarget()
const width = Math.max(...kills.map(({ requirement }) => requirement.length))
for (const kill of [...kills].sort((a, b) => a.requirement.localeCompare(b.requirement))) {
  const mark = kill.problems.length === 0 ? 'killed' : 'WRONG '
  process.stdout.write(`${mark}  ${kill.requirement.padEnd(width)}  ${kill.target} (${kill.killedBy.length} of its cases)\n`)
  for (const problem of kill.problems) process.stdout.write(`        ${problem}\n`)
}
for (const id of missing) process.stdout.write(`NO TARGET  ${id}\n`)
const wrong = kills.filter(({ problems }) => problems.length > 0).length
process.stdout.write(`\n${kills.length - wrong} of ${kills.length} broken targets killed by their own rule and by no other MUST; ${missing.length} rules without a target\n`)
await mkdir('reports', { recursive: true })
await writeFile('reports/kill-matrix.json', `${JSON.stringify({ killMatrix: 1, role: 'consumer', kills, withoutBrokenTarget: missing }, null, 2)}\n`)
process.exitCode = wrong + missing.length === 0 ? 0 : 1
