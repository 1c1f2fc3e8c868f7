import { isRecord } from '../harness/attach/answers.ts'
import { HarnessError } from '../harness/errors.ts'
import { suiteIdentity } from '../harness/identity.ts'
import { judge } from '../harness/judge.ts'
import { inert } from '../harness/report/inert.ts'
import type { Report, Verdict } from '../harness/report/report.ts'
import { suites } from '../suites/index.ts'
import { outputsOfOne, printsForPeople, publish, readOutputs, type Outputs } from './artefacts.ts'
import { recordedRenderContext } from './context.ts'
import { exitCodeOf, worstExitCode } from './exit-code.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has } from './options.ts'
import { badReport, readRecordedRun, reportFolders, type RecordedRun } from './recorded-run.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['reporter', 'out', 'quiet', 'help']
const toldDifferences = 40

/** `conformance judge REPORT`: computes the report of a transcript again, and says whether the one beside it is the same; of a run in several roles, each. */
export async function judgeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance judge REPORT: judges a recorded run again, offline\n\n${flagHelp(names)}`)
    return 0
  }
  const [path, ...more] = given.positionals
  if (path === undefined || more.length > 0) throw new HarnessError('usage', 'judge takes one report', 'write conformance judge DIR, the folder that run --out wrote')
  const outputs = await readOutputs(given)
  const folders = await reportFolders(path)
  const codes: number[] = []
  for (const [index, folder] of folders.entries()) {
    if (index > 0 && printsForPeople(outputs)) await terminal.out('\n')
    codes.push(await judgeOne(folder.path, folders.length > 1 ? await outputsOfOne(outputs, folder.role) : outputs, terminal))
  }
  return worstExitCode(codes)
}

async function judgeOne(path: string, outputs: Outputs, terminal: Terminal): Promise<number> {
  const recorded = await readRecordedRun(path)
  const report = judgedAgain(recorded)
  const same = JSON.stringify(recorded.report) === JSON.stringify(report)
  await publish(outputs, report, recorded.transcript, recordedRenderContext(report, recorded.transcript, terminal, outputs.quiet), terminal).catch((cause: unknown) => {
    throw cause instanceof TypeError ? badReport(`${recorded.files.transcript} holds what no run records`, cause) : cause
  })
  const tell = printsForPeople(outputs) ? terminal.out : terminal.err
  await tell(same ? 'the report says what its transcript says\n' : `${differences(recorded.report, report).join('\n')}\n`)
  return same ? exitCodeOf(report) : 1
}

/** A type that does not fit is a fault of the file: a transcript of this harness has none. */
export function judgedAgain({ transcript, files }: RecordedRun): Report {
  try {
    return judge(transcript, suites)
  } catch (cause) {
    throw cause instanceof HarnessError ? cause : badReport(`${files.transcript} cannot be judged: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function differences(stored: unknown, report: Report): readonly string[] {
  const claimed = isRecord(stored) ? stored : {}
  const stated: readonly unknown[] = Array.isArray(claimed['verdicts']) ? claimed['verdicts'] : []
  const said = new Map<string, Readonly<Record<string, unknown>>>(stated.filter(isRecord).map((each) => [`${String(each['case'])} ${String(each['requirement'])}`, each]))
  const lines: string[] = []
  for (const verdict of report.verdicts) {
    const key = `${verdict.case} ${verdict.requirement}`
    const other = said.get(key)
    said.delete(key)
    if (JSON.stringify(other) !== JSON.stringify(verdict)) lines.push(difference(verdict, other))
  }
  for (const [key, other] of said) lines.push(`  ${inert(key)}: the report says ${inert(String(other['outcome']))}, the transcript nothing`)
  const computed = new Map<string, unknown>(Object.entries(report))
  const members = [...new Set([...Object.keys(claimed), ...computed.keys()])].filter((name) => name !== 'verdicts' && JSON.stringify(claimed[name]) !== JSON.stringify(computed.get(name)))
  const shown = lines.length > toldDifferences ? [...lines.slice(0, toldDifferences), `  and ${lines.length - toldDifferences} more`] : lines
  const rest = members.length > 0 ? [`  other members that differ: ${inert(members.join(', '))}`] : []
  const order = shown.length + rest.length === 0 ? ['  the same members in another order'] : []
  return ['the report does not say what its transcript says:', ...suiteNote(report), ...shown, ...rest, ...order]
}

function difference({ case: id, requirement, outcome }: Verdict, other: Readonly<Record<string, unknown>> | undefined): string {
  if (!other) return `  ${inert(id)} ${requirement}: the report says nothing, the transcript ${outcome}`
  const said = String(other['outcome'])
  return said === outcome
    ? `  ${inert(id)} ${requirement}: both say ${outcome}, but not in the same words`
    : `  ${inert(id)} ${requirement}: the report says ${inert(said)}, the transcript ${outcome}`
}

/** Another version of the suite may judge otherwise, and honestly so. */
function suiteNote({ suite }: Report): readonly string[] {
  const { version, requirementSet } = suiteIdentity()
  if (suite.version === version && suite.requirementSet === requirementSet) return []
  return [`  the run was made by version ${inert(suite.version)} of the suite, and this is ${version}: both may be right`]
}
