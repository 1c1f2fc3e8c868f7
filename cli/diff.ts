import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../harness/attach/answers.ts'
import { HarnessError } from '../harness/errors.ts'
import { diffReports, isWorse, type VerdictChange } from '../harness/gate/diff.ts'
import { diffJson, diffMarkdown, diffText } from '../harness/gate/diff-text.ts'
import type { Report } from '../harness/report/report.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, many } from './options.ts'
import { badReport, reportFolders } from './recorded-run.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['reporter', 'help']
const formats: Readonly<Record<string, (found: readonly VerdictChange[]) => string>> = { pretty: diffText, markdown: diffMarkdown, json: diffJson }
const maxBytes = 256 * 1024 * 1024

/** `conformance diff A B`: what changed from one report to another; exit 1 when something that passed fails now. */
export async function diffCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance diff A B: what changed from report A to report B; reporters are ${Object.keys(formats).join(', ')}\n\n${flagHelp(names)}`)
    return 0
  }
  const [before, after, ...more] = given.positionals
  if (before === undefined || after === undefined || more.length > 0) throw new HarnessError('usage', 'diff takes two reports', 'write conformance diff BEFORE AFTER, folders that run --out wrote or their report.json')
  const wanted = many(given, 'reporter').map(readFormat)
  const found = diffReports(await readReports(before), await readReports(after))
  for (const { render, file } of wanted.length > 0 ? wanted : [readFormat('pretty')]) {
    if (file === undefined) await terminal.out(render(found))
    else await writeFile(file, render(found)).catch((cause: unknown) => {
      throw new HarnessError('usage', `${file} cannot be written`, 'name another place, or let this user write there', { cause })
    })
  }
  return isWorse(found) ? 1 : 0
}

function readFormat(text: string): { readonly render: (found: readonly VerdictChange[]) => string; readonly file?: string } {
  const [, name = '', file] = /^([^=]*)(?:=(.+))?$/s.exec(text) ?? []
  const render = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (!render) throw new HarnessError('usage', `diff has no reporter "${name}"`, `its reporters are ${Object.keys(formats).join(', ')}`)
  return { render, ...(file === undefined ? {} : { file }) }
}

/** The report at a path, or those of every role of a run. @throws HarnessError `bad-report`. */
async function readReports(path: string): Promise<readonly Report[]> {
  return Promise.all((await reportFolders(path)).map((folder) => readReport(folder.path)))
}

async function readReport(path: string): Promise<Report> {
  const found = await stat(path).catch((cause: unknown) => {
    throw badReport(`there is nothing at ${path}`, cause)
  })
  const file = found.isDirectory() ? join(path, 'report.json') : path
  const size = await stat(file).then(({ size: bytes }) => bytes, () => 0)
  if (size > maxBytes) throw badReport(`${file} is larger than 256 MiB`)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw badReport(`${file} cannot be read`, cause)
  })
  return checked(text, file)
}

function checked(text: string, file: string): Report {
  const value = parsed(text, file)
  const verdicts = isRecord(value) && value['report'] === 1 && isRecord(value['target']) ? value['verdicts'] : undefined
  const isVerdict = (each: unknown) => isRecord(each) && ['case', 'requirement', 'level', 'outcome', 'saw'].every((name) => typeof each[name] === 'string')
  if (!Array.isArray(verdicts) || !verdicts.every(isVerdict)) throw badReport(`${file} is no report of version 1`)
  return value as unknown as Report // what a difference reads of it was looked at
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badReport(`${file} is not JSON`, cause)
  }
}
