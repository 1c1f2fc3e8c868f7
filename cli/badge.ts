import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { judge } from '../harness/judge.ts'
import type { Report } from '../harness/report/report.ts'
import { badgeOf, renderBadgeJson, renderBadgeSvg } from '../harness/trust/badge.ts'
import { expiryOf } from '../harness/trust/statement.ts'
import { suites } from '../suites/index.ts'
import { defaultValidMs } from './attest.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { duration, has } from './options.ts'
import { badReport, readRecordedRun, reportFolders } from './recorded-run.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['valid-for', 'help']

/**
 * `conformance badge REPORT`: writes `badge.svg` and `badge.json` beside a report, of a run in several roles beside each. The
 * report is judged again first, so that a badge never says more than its transcript.
 */
export async function badgeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance badge REPORT: writes badge.svg, and badge.json for shields.io\n\n${flagHelp(names)}`)
    return 0
  }
  const [path, ...more] = given.positionals
  if (path === undefined || more.length > 0) throw new HarnessError('usage', 'badge takes one report', 'write conformance badge DIR, the folder that run --out wrote')
  const validForMs = duration(given, 'valid-for') ?? defaultValidMs
  for (const folder of await reportFolders(path)) {
    const { report: written, transcript, files } = await readRecordedRun(folder.path)
    const report = judged(() => judge(transcript, suites), files.transcript)
    if (JSON.stringify(report) !== JSON.stringify(written)) throw badReport(`${files.report} says something else than its transcript`)
    const badge = badgeOf(report, expiryOf(report, validForMs), Date.now())
    for (const [name, text] of [['badge.svg', renderBadgeSvg(badge)], ['badge.json', renderBadgeJson(badge)]] as const) {
      const file = join(dirname(files.report), name)
      await writeFile(file, text).catch((cause: unknown) => {
        throw new HarnessError('usage', `${file} cannot be written`, 'let this user write there', { cause })
      })
      await terminal.out(`wrote ${file}: ${badge.label}, ${badge.message}, until ${badge.until}\n`)
    }
  }
  return 0
}

function judged(compute: () => Report, file: string): Report {
  try {
    return compute()
  } catch (cause) {
    throw badReport(`${file} cannot be judged`, cause)
  }
}
