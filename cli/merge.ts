import { resolve } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { mergeTranscripts } from '../harness/merge/merge.ts'
import { inert } from '../harness/report/inert.ts'
import type { PartFacts, Report } from '../harness/report/report.ts'
import { plural } from '../harness/report/summary.ts'
import { outputsOfOne, printsForPeople, publish, readOutputs, type Outputs } from './artefacts.ts'
import { recordedRenderContext } from './context.ts'
import { exitCodeOf, worstExitCode } from './exit-code.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { judgedAgain } from './judge.ts'
import { has } from './options.ts'
import { badReport, readRecordedRun, reportFolders, type RecordedRun } from './recorded-run.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['reporter', 'out', 'quiet', 'attest', 'valid-for', 'help']

/** A recorded run that judges to its own report. */
interface Sound {
  readonly path: string
  readonly recorded: RecordedRun
}

/**
 * `conformance merge DIR DIR …`: joins runs of one target, each of which measured a part, into one report; of runs in several
 * roles, a report a role. The exit code is what `run` would say of the whole.
 */
export async function mergeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance merge DIR DIR …: joins runs of one target, each of which measured a part; where parts disagree, the worst verdict counts\n\n${flagHelp(names)}`)
    return 0
  }
  const paths = given.positionals
  if (paths.length < 2) throw new HarnessError('usage', 'merge takes two runs or more', 'write conformance merge DIR DIR --out DIR, each a folder that run --out wrote')
  const outputs = await readOutputs(given)
  const groups = await byRole(paths)
  for (const { path } of [...groups.values()].flat()) {
    if (outputs.out !== undefined && resolve(path) === resolve(outputs.out)) throw new HarnessError('usage', `--out ${outputs.out} is one of the parts`, 'name another folder: a part stays as it was recorded')
  }
  const merged: (readonly [Outputs, readonly Sound[]])[] = []
  for (const [role, folders] of groups) merged.push([groups.size > 1 ? await outputsOfOne(outputs, role) : outputs, await Promise.all(folders.map(soundRun))])
  const codes: number[] = []
  for (const [own, parts] of merged) codes.push(await mergeOne(own, parts, terminal))
  return worstExitCode(codes)
}

/** The runs by role where one of them has several; else all together, so that runs which do not belong together are told apart. */
async function byRole(paths: readonly string[]): Promise<ReadonlyMap<string, readonly { readonly path: string }[]>> {
  const groups = new Map<string, { readonly path: string }[]>()
  for (const path of paths) for (const folder of await reportFolders(path)) groups.set(folder.role, [...(groups.get(folder.role) ?? []), folder])
  const flat = groups.get('')
  if (!flat || groups.size === 1) return groups
  const names = [...groups.keys()].filter((role) => role !== '').join(', ')
  throw badReport(`${flat[0]?.path ?? ''} is the run of one role, and others hold a folder a role (${names})`)
}

/** @throws HarnessError `bad-report` for a run whose report is not what its transcript says. */
async function soundRun({ path }: { readonly path: string }): Promise<Sound> {
  const recorded = await readRecordedRun(path)
  if (JSON.stringify(judgedAgain(recorded)) === JSON.stringify(recorded.report)) return { path, recorded }
  throw new HarnessError('bad-report', `${recorded.files.report} does not say what its transcript says`, `conformance judge ${path} shows the difference; a run of another version of the suite is merged by that version`)
}

async function mergeOne(outputs: Outputs, parts: readonly Sound[], terminal: Terminal): Promise<number> {
  const transcript = mergeTranscripts(parts.map(({ path, recorded }) => ({ name: path, transcript: recorded.transcript })))
  const report = judgedAgain({ transcript, report: undefined, files: { report: 'the merged report', transcript: 'the merged transcript' } })
  await publish(outputs, report, transcript, recordedRenderContext(report, transcript, terminal, outputs.quiet), terminal)
  const tell = printsForPeople(outputs) ? terminal.out : terminal.err
  await tell(`${partLines(report).join('\n')}\n`)
  return exitCodeOf(report)
}

/** What was joined, a line a part, and in how many verdicts the parts disagree. */
function partLines({ run, verdicts }: Report): readonly string[] {
  const of = ({ part, startedAt, attachment }: PartFacts): string =>
    `${part}: began ${inert(startedAt)}, attached by ${attachment.map((each) => inert(each)).join(' and ')}; ${plural(verdicts.filter((verdict) => verdict.part === part).length, 'verdict')} of the report`
  const disputed = verdicts.filter(({ disputed: told }) => told === true).length
  return [...(run.parts ?? []).map(of), ...(disputed === 0 ? [] : [`the parts disagree in ${plural(disputed, 'verdict')}: the worst counts, and says what the others found`])]
}
