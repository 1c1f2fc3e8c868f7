import type { Control } from '../harness/attach/control.ts'
import { HarnessError } from '../harness/errors.ts'
import { planText } from '../harness/plan-text.ts'
import { repeatCommand, type RepeatedRun } from '../harness/report/repeat-command.ts'
import { run, type RunOptions, type RunResult } from '../harness/run.ts'
import { redactor } from '../harness/transcript/redact.ts'
import { approach, type Approached } from './approach.ts'
import { outputsOfOne, printsForPeople, publish, type Outputs } from './artefacts.ts'
import { attach, attachClient, plannedControl } from './attach.ts'
import { loadBaseline, tellStale, updateBaseline } from './baseline.ts'
import { renderContext } from './context.ts'
import { askedRuns, type AskedRun } from './configuration.ts'
import { exitCodeOf, worstExitCode } from './exit-code.ts'
import { faultText } from './fault.ts'
import { flagHelp, readFlags, runFlags, type GivenFlags } from './flags.ts'
import { readGiven, type Given } from './given.ts'
import { has, many, one } from './options.ts'
import { lensLines } from './lens.ts'
import { silentProgress, terminalProgress } from './progress.ts'
import { adapterUrl, runOptions } from './run-options.ts'
import type { Terminal } from './terminal.ts'

/** What is judged in one role, and where its report goes. */
interface Judged extends Approached {
  readonly options: RunOptions
  readonly outputs: Outputs
}

/**
 * `conformance run`: judges a target in its role, or the reference in each, or prints what that would send. Where a
 * configuration lists several runs, one is played after the other.
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const line = readFlags(args, runFlags)
  if (has(line, 'help')) {
    await terminal.out(`conformance run --target URL|reference: judges a target\nconformance run [NAME…]: judges what the configuration says, or those of its runs\n\n${flagHelp(runFlags)}`)
    return 0
  }
  const { runs, lines } = await askedRuns(line)
  const read: (readonly [AskedRun, Given])[] = []
  // Values and files that are at fault are told before anything is sent.
  for (const asked of runs) read.push([asked, await asked.reading(() => readAll(asked.flags))])
  const codes: number[] = []
  for (const [index, [asked, given]] of read.entries()) {
    if (terminal.signal.aborted) break
    const heading = [...(index === 0 ? lines : ['']), ...(asked.name === undefined ? [] : [`run: ${asked.name}`])]
    codes.push(await (asked.name === undefined ? asked.reading(() => runOne(given, heading, terminal)) : runNamed(asked, given, heading, terminal)))
  }
  return worstExitCode(codes)
}

async function readAll(line: GivenFlags): Promise<Given> {
  const given = await readGiven(line)
  if (given.baseline) await loadBaseline(given.baseline)
  return given
}

/** One of several runs: that it cannot be played does not keep the others from it. */
async function runNamed(asked: AskedRun, given: Given, heading: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await asked.reading(() => runOne(given, heading, terminal))
  } catch (error) {
    if (terminal.signal.aborted || !(error instanceof HarnessError)) throw error
    await terminal.err(faultText(error))
    return error.exitCode
  }
}

async function runOne(given: Given, heading: readonly string[], terminal: Terminal): Promise<number> {
  const tell = given.plan || printsForPeople(given.outputs) ? terminal.out : terminal.err
  if (heading.length > 0) await tell(heading.map((text) => `${text}\n`).join(''))
  const approached = await approach(given, terminal.signal)
  const judged: Judged[] = []
  // Whatever may be wrong with one of them is told before the first is played.
  for (const each of approached) {
    const outputs = approached.length > 1 && !given.plan ? await outputsOfOne(given.outputs, each.role) : given.outputs
    judged.push({ ...each, options: await runOptions(given, each), outputs })
  }
  const codes: number[] = []
  for (const [index, each] of judged.entries()) {
    await tell(`${index > 0 ? '\n' : ''}${[...each.lines, ...lensLines(given.via)].map((text) => `${text}\n`).join('')}`)
    codes.push(given.plan ? await printPlan(given, each, terminal) : await judgeOne(given, each, terminal))
  }
  return worstExitCode(codes)
}

async function printPlan({ control }: Given, { options }: Judged, terminal: Terminal): Promise<number> {
  await terminal.out(planText(control ? { ...options, control: plannedControl(control.kind) } : options))
  return 0
}

async function judgeOne(given: Given, { options, outputs }: Judged, terminal: Terminal): Promise<number> {
  // Read again for each role: the one before may have written it.
  const baseline = given.baseline && (await loadBaseline(given.baseline))
  const played = await play(given, { ...options, ...(baseline ? { baseline } : {}) }, terminal)
  const result = given.baseline ? await updateBaseline(given.baseline, played, terminal) : played
  const redact = redactor([...options.keys.secrets, ...(options.secretTexts ?? [])])
  const again = repeated(given, result)
  const context = renderContext(result.transcript, (caseId) => redact(repeatCommand(again, caseId)), terminal, outputs.quiet)
  await publish(outputs, result.report, result.transcript, context, terminal)
  await tellStale(result.report, terminal)
  return exitCodeOf(result.report)
}

async function play(given: Given, options: RunOptions, terminal: Terminal): Promise<RunResult> {
  const attached = () => attachTo(given, options)
  const control = await attached()
  const progress = terminal.live ? terminalProgress(terminal.live) : silentProgress()
  try {
    return await run({ ...options, progress, signal: terminal.signal, ...(control ? { control, reattach: attached } : {}) })
  } finally {
    progress.close()
    await control?.close()
  }
}

function attachTo({ control, target }: Given, { role, headers = [], budgetMs, target: { kind } }: RunOptions): Promise<Control | undefined> {
  if (kind === 'in-process') return Promise.resolve(undefined)
  const url = target.kind === 'url' ? target.url : adapterUrl
  return (role === 'sse-client' ? attachClient : attach)(control, url, headers, budgetMs)
}

/** What the command line has to say again to play one case in the same way. */
function repeated({ flags: line, role, target, secrets, headers, limits }: Given, { report }: RunResult): RepeatedRun {
  const kept = ['event', 'trigger', 'control', 'exec', 'listen', 'public-url', 'budget', 'time-scale', 'concurrency', 'via', 'allow-host', 'config'] as const
  const said = role ?? (report.target.role === 'consumer' ? undefined : report.target.role)
  return {
    ...(target.kind === 'adapter' ? {} : { target: target.kind === 'url' ? target.url : 'reference' }),
    profile: one(line, 'profile') ?? report.target.profile,
    ...(limits.seed === undefined ? {} : { seed: limits.seed }),
    secrets,
    headers,
    flags: [...(said === undefined ? [] : [['role', said] as const]), ...kept.flatMap((name) => many(line, name).map((value) => [name, value] as const))],
  }
}
