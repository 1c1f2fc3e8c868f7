import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
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
 *
 * Each role is played in a process of its own, as many at once as there are processors.
 */
interface RoleResult {
  readonly role: string
  readonly kills: readonly Kill[]
  readonly withoutBrokenTarget: readonly string[]
}

const roles: Readonly<Record<string, { readonly kills: () => Promise<readonly Kill[]>; readonly missing: () => readonly string[] }>> = {
  consumer: { kills: killMatrix, missing: () => withoutBrokenTarget() },
  producer: { kills: producerKills, missing: () => withoutBrokenTarget('producer', Object.values(brokenProducers)) },
  'sse-server': { kills: sseServerKills, missing: () => withoutBrokenTarget('sse-server', Object.values(brokenSseServers)) },
  'sse-client': { kills: sseClientKills, missing: () => withoutBrokenTarget('sse-client', Object.values(brokenSseClients)) },
}
const file = 'reports/kill-matrix.json'
const resultOf = '--result-of'

const [flag, role = '', target = ''] = process.argv.slice(2)
if (flag === resultOf) await writeFile(target, JSON.stringify(await played(role)))
else process.exitCode = await writeMatrix(process.argv.slice(2))
// A client that forgets to cancel a reconnection is one of the targets, and its timer may run for weeks.
process.exit()

async function writeMatrix(asked: readonly string[]): Promise<number> {
  const wanted = Object.keys(roles).filter((name) => asked.length === 0 || asked.includes(name))
  const results = await inProcesses(wanted)
  for (const result of results) print(result)
  await mkdir('reports', { recursive: true })
  const known: { readonly roles: readonly RoleResult[] } = asked.length === 0 ? { roles: [] } : JSON.parse(await readFile(file, 'utf8'))
  const merged = Object.keys(roles).flatMap((name) => [...results, ...known.roles].find((each) => each.role === name) ?? [])
  await writeFile(file, `${JSON.stringify({ killMatrix: 1, roles: merged }, null, 2)}\n`)
  return results.length > 0 && results.every(({ kills, withoutBrokenTarget: missing }) => missing.length === 0 && kills.every(({ problems }) => problems.length === 0)) ? 0 : 1
}

async function inProcesses(names: readonly string[]): Promise<readonly RoleResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kill-matrix-'))
  const results = new Map<string, RoleResult>()
  // The longest first.
  const queue = names.toReversed()
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.set(name, await inProcess(name, join(folder, `${name}.json`)))
  }
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, worker))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return names.flatMap((name) => results.get(name) ?? [])
}

async function inProcess(name: string, path: string): Promise<RoleResult> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', resultOf, name, path], { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  if (code !== 0) throw new Error(`the process of the role ${name} ended with ${code}`)
  return JSON.parse(await readFile(path, 'utf8'))
}

async function played(name: string): Promise<RoleResult> {
  const { kills = () => Promise.resolve([]), missing = () => [] } = roles[name] ?? {}
  return { role: name, kills: await kills(), withoutBrokenTarget: missing() }
}

function print({ role, kills, withoutBrokenTarget: missing }: RoleResult): void {
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
