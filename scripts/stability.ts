import { spawn, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * Runs the reference of every role on virtual time again and again, each time in a cold process, while other processes keep every core busy.
 *
 *   npm run stability -- [REPETITIONS] [-- FLAGS OF run], such as 200 -- --role consumer
 *   npm run stability -- 200 -- --role producer --time-scale 1000 --only 'producer-retry/*'
 *
 * In process, the list of verdicts has to be the same every time: case, requirement and outcome, in their order. What was seen
 * may differ in ids and ports, and is told with a difference. With a time scale the reference producer is a process of its own
 * that runs on real time, several runs beside each other: then nothing may fail, and what a busy machine leaves open is counted.
 * Exit codes: 0 all the same and conformant, or nothing failed; 1 anything else; 2 usage.
 */
interface Outcome {
  readonly exitCode: number | null
  readonly verdicts: readonly VerdictLine[]
}

interface VerdictLine {
  /** `case requirement: outcome`. */
  readonly line: string
  readonly saw: string
}

const command = fileURLToPath(new URL('../conformance.js', import.meta.url))
const roles = ['consumer', 'producer'] as const
const longestRunMs = 120_000
const shownDifferences = 5
/** Pairs of a producer and its runs at the same time: most of a run is waiting. */
const pairs = 4

/** Works in slices of 20 ms and looks at its standard input between them: it ends when this process does, however that ends. */
const busy = `
process.stdin.on('end', () => process.exit()).on('error', () => process.exit()).resume()
function work() { for (const end = performance.now() + 20; performance.now() < end;); setImmediate(work) }
work()`

const [first, ...rest] = process.argv.slice(2)
const repetitions = Number(first ?? 200)
if (!Number.isInteger(repetitions) || repetitions < 2) {
  process.stderr.write(`"${first ?? ''}" is not a number of repetitions\n  Write npm run stability -- 20; two are the fewest that can be compared.\n`)
  process.exitCode = 2
} else {
  process.exitCode = await stability(repetitions, rest.filter((word) => word !== '--'))
}

async function stability(count: number, flags: readonly string[]): Promise<0 | 1> {
  const load = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', busy], { stdio: ['pipe', 'ignore', 'inherit'] }))
  const beside = `${load.length} busy processes beside them`
  try {
    return flags.includes('--time-scale') ? await nothingFails(count, flags, beside) : await allTheSame(count, flags, beside)
  } finally {
    for (const child of load) child.kill()
  }
}

async function allTheSame(count: number, flags: readonly string[], beside: string): Promise<0 | 1> {
  const model = await play(flags)
  if (model.exitCode !== 0 || model.verdicts.length === 0) {
    process.stdout.write(`the first run gave ${model.verdicts.length} verdicts and ended with exit code ${String(model.exitCode)}\n`)
    return 1
  }
  let same = 1
  for (let run = 2; run <= count; run += 1) {
    const differences = compare(model, await play(flags))
    if (differences.length === 0) same += 1
    for (const line of differences.slice(0, shownDifferences)) process.stdout.write(`run ${run}: ${line}\n`)
    if (differences.length > shownDifferences) process.stdout.write(`run ${run}: and ${differences.length - shownDifferences} more\n`)
  }
  process.stdout.write(`${same} of ${count} runs gave the same verdicts (${model.verdicts.length} each, ${beside})\n`)
  return same === count ? 0 : 1
}

/** On real time: runs of a producer that is another process, until so many have ended. */
async function nothingFails(count: number, flags: readonly string[], beside: string): Promise<0 | 1> {
  const at = flags.indexOf('--time-scale')
  const others = flags.toSpliced(at, 2)
  const tally = new Map<string, number>()
  let begun = 0
  let clean = 0
  const worker = async (): Promise<void> => {
    const { child, url } = await serveProducer(flags[at + 1] ?? '')
    try {
      while (begun < count) {
        const run = (begun += 1)
        const { exitCode, verdicts } = await playTarget(url, others)
        for (const { line } of verdicts) tally.set(outcomeOf(line), (tally.get(outcomeOf(line)) ?? 0) + 1)
        const bad = verdicts.filter(({ line }) => ['failed', 'faulted'].includes(outcomeOf(line)))
        for (const { line, saw } of bad) process.stdout.write(`run ${run}: ${line} (${saw})\n`)
        if (verdicts.length === 0) process.stdout.write(`run ${run}: no verdict, exit code ${String(exitCode)}\n`)
        if (bad.length === 0 && verdicts.length > 0) clean += 1
      }
    } finally {
      child.kill()
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(pairs, count) }, worker))
  for (const end of ended) if (end.status === 'rejected') process.stdout.write(`${String(end.reason)}\n`)
  process.stdout.write(`${clean} of ${count} runs without a failed verdict (${[...tally].map(([outcome, times]) => `${times} ${outcome}`).join(', ')}; ${pairs} runs at once, ${beside})\n`)
  return clean === count ? 0 : 1
}

/** `conformance reference producer` as a process of its own, once it listens. */
function serveProducer(scale: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [command, 'reference', 'producer', '--time-scale', scale], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let text = ''
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the reference producer ended with exit code ${String(code)}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const url = /^url\s+(\S+)$/m.exec(text)?.[1]
      if (url !== undefined) resolve({ child, url })
    })
  })
}

function outcomeOf(line: string): string {
  return line.slice(line.lastIndexOf(' ') + 1)
}

/** Every role once, or the one that is named; the exit code is the first that is not 0. */
async function play(flags: readonly string[]): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const role of flags.includes('--role') ? [] : roles) outcomes.push(await playRole(role, flags))
  if (outcomes.length === 0) outcomes.push(await playRole(undefined, flags))
  return { exitCode: (outcomes.find(({ exitCode }) => exitCode !== 0) ?? { exitCode: 0 }).exitCode, verdicts: outcomes.flatMap(({ verdicts }) => verdicts) }
}

function playRole(role: string | undefined, flags: readonly string[]): Promise<Outcome> {
  return playTarget('reference', [...(role === undefined ? [] : ['--role', role]), ...flags])
}

function playTarget(target: string, flags: readonly string[]): Promise<Outcome> {
  const child: ChildProcess = spawn(process.execPath, [command, 'run', '--target', target, '--reporter', 'json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestRunMs,
  })
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, verdicts: verdictsOf(Buffer.concat(chunks).toString('utf8')) }))
  })
}

/** No verdicts for what is no report: the exit code says more, and the comparison fails. */
function verdictsOf(text: string): readonly VerdictLine[] {
  try {
    const report: unknown = JSON.parse(text)
    const verdicts: unknown = typeof report === 'object' && report !== null && 'verdicts' in report ? report.verdicts : []
    return Array.isArray(verdicts) ? verdicts.map(verdictLine) : []
  } catch {
    return []
  }
}

function verdictLine(verdict: Readonly<Record<string, unknown>>): VerdictLine {
  const { case: id, requirement, outcome, saw, reason } = verdict
  return { line: `${String(id)} ${String(requirement)}: ${String(outcome)}`, saw: String(reason ?? saw) }
}

function compare(model: Outcome, other: Outcome): readonly string[] {
  const length = Math.max(model.verdicts.length, other.verdicts.length)
  const nothing = { line: 'no verdict', saw: 'nothing' }
  const pairs = Array.from({ length }, (_, index) => ({ before: model.verdicts[index] ?? nothing, now: other.verdicts[index] ?? nothing }))
  const different = pairs.filter(({ before, now }) => before.line !== now.line)
  return [
    ...(model.exitCode === other.exitCode ? [] : [`exit code ${String(other.exitCode)}, the first run had ${String(model.exitCode)}`]),
    ...different.map(({ before, now }) => `${now.line} (${now.saw}), the first run had ${before.line} (${before.saw})`),
  ]
}
