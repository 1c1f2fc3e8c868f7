import { readFile, writeFile } from 'node:fs/promises'
import { HarnessError } from '../harness/errors.ts'
import { renderBaseline, staleEntries, staleWords, type Baseline } from '../harness/gate/baseline.ts'
import { gateOf } from '../harness/gate/gate.ts'
import { readBaseline } from '../harness/gate/read-baseline.ts'
import { updatedEntries } from '../harness/gate/update-baseline.ts'
import { judge } from '../harness/judge.ts'
import { inert } from '../harness/report/inert.ts'
import type { Report } from '../harness/report/report.ts'
import { plural } from '../harness/report/summary.ts'
import type { RunResult } from '../harness/run.ts'
import { suites } from '../suites/index.ts'
import { exitCodeOf } from './exit-code.ts'
import type { GivenFlags } from './flags.ts'
import { has, one } from './options.ts'
import type { Terminal } from './terminal.ts'

/** The baseline that the command line names. */
export interface GivenBaseline {
  readonly file: string
  readonly update: boolean
}

const maxBytes = 16 * 1024 * 1024

/** @throws HarnessError `usage` for an update without a file. */
export function givenBaseline(line: GivenFlags): GivenBaseline | undefined {
  const file = one(line, 'baseline')
  const update = has(line, 'update-baseline')
  if (update && file === undefined) throw new HarnessError('usage', '--update-baseline is given, and no file to write', 'add --baseline FILE')
  return file === undefined ? undefined : { file, update }
}

/** Reads the file; one that is still to be written is undefined. @throws HarnessError `bad-baseline`. */
export async function loadBaseline({ file, update }: GivenBaseline): Promise<Baseline | undefined> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' && update) return undefined
    throw new HarnessError('bad-baseline', code === 'ENOENT' ? `there is no baseline at ${file}` : `the baseline ${file} cannot be read`, 'correct the path, or write the file with --update-baseline', { cause })
  })
  if (bytes && bytes.length > maxBytes) throw new HarnessError('bad-baseline', `the baseline ${file} is larger than 16 MiB`, 'name the file that --update-baseline wrote')
  return bytes && readBaseline(bytes.toString('utf8'), file)
}

/** A run under the baseline that it leads to, which is written to the file. A run that measured nothing changes nothing. */
export async function updateBaseline({ file, update }: GivenBaseline, result: RunResult, terminal: Terminal): Promise<RunResult> {
  if (!update) return result
  const { summary } = result.report
  if (summary.measured === 0 || summary.obstacle) {
    await terminal.err(`${file} was left as it is: the run did not measure the target\n`)
    return result
  }
  const before = await loadBaseline({ file, update })
  const entries = updatedEntries([result.report], before)
  const text = renderBaseline(entries)
  await writeFile(file, text).catch((cause: unknown) => {
    throw new HarnessError('usage', `${file} cannot be written`, 'name another place, or let this user write there', { cause })
  })
  await terminal.err(`wrote ${file}: ${entries.length === 1 ? '1 known failure' : plural(entries.length, 'known failure')}\n`)
  const baseline = await readBaseline(text, file)
  const transcript = result.transcript.map((line) => (line.kind === 'run' ? { ...line, baseline } : line))
  return { report: judge(transcript, suites), transcript }
}

/** Says on standard error what is stale, where that decides the exit code, and how to mend it. */
export async function tellStale(report: Report, terminal: Terminal): Promise<void> {
  if (exitCodeOf(report) !== 4 && gateOf(report).stale.length === 0) return
  for (const { fact, cure } of staleEntries(report.baseline).map(staleWords)) await terminal.err(`stale baseline: ${inert(fact)}\ncure: ${cure}\n`)
}
