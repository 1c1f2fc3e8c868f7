import type { KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { suiteIdentity } from '../harness/identity.ts'
import { judge } from '../harness/judge.ts'
import { inert } from '../harness/report/inert.ts'
import { claimLine, verdictLine } from '../harness/report/summary.ts'
import { readPublicKey } from '../harness/trust/key.ts'
import { verifyFolder } from '../harness/trust/verify.ts'
import { suites } from '../suites/index.ts'
import { keyText } from './attest.ts'
import { worstExitCode } from './exit-code.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, one } from './options.ts'
import { badReport, readArtefact, readTranscript, reportFolders } from './recorded-run.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['key', 'help']

/**
 * `conformance verify REPORT --key FILE`: exit 0 for a genuine report, whatever its verdict; 1 for one that is refused; 3 for one
 * that another version of the suite made and this one judges differently.
 */
export async function verifyCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance verify REPORT: checks signature, digests and expiry of an attested report, and judges its transcript again\n\n${flagHelp(names)}`)
    return 0
  }
  const [path, ...more] = given.positionals
  if (path === undefined || more.length > 0) throw new HarnessError('usage', 'verify takes one report', 'write conformance verify DIR --key FILE')
  const keyName = one(given, 'key')
  if (keyName === undefined) throw new HarnessError('usage', 'no key was given', 'add --key FILE, the public key of whoever attested the report, from a place that you trust')
  const key = readPublicKey(await keyText(keyName, '--key'), keyName)
  const codes: number[] = []
  for (const folder of await reportFolders(path)) codes.push(await verifyOne(await folderOf(folder.path), key, terminal))
  return worstExitCode(codes)
}

async function verifyOne(folder: string, key: KeyObject, terminal: Terminal): Promise<number> {
  const verification = await verifyFolder({
    file: (name) => readArtefact(join(folder, name)).catch(() => undefined),
    key,
    nowMs: Date.now(),
    judge: (transcript) => judge(readTranscript(transcript.toString('utf8'), 'transcript.ndjson'), suites),
    suite: suiteIdentity(),
  })
  if ('report' in verification) {
    const { report, expiresAt } = verification
    await terminal.out(`${claimLine(report)}\nVERIFIED: ${inert(report.target.url)}, role ${inert(report.target.role)}, profile ${inert(report.target.profile)}; in force until ${expiresAt}; judged again with the same result\n${verdictLine(report)}\n`)
    return 0
  }
  const { refusals } = verification
  const foreign = refusals.every(({ code }) => code === 'other-suite')
  for (const { code, fact } of refusals) await terminal.out(`${foreign ? 'COULD NOT VERIFY' : 'REFUSED'} [${code}] ${inert(folder)}: ${inert(fact, 600)}\n`)
  return foreign ? 3 : 1
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw badReport(`there is nothing at ${path}`, cause)
  })
  return found.isDirectory() ? path : dirname(path)
}
