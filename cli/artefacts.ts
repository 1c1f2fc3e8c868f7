import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../harness/errors.ts'
import { renderers, type RenderContext, type ReporterName } from '../harness/report/render.ts'
import type { Report } from '../harness/report/report.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { writeTranscript } from '../harness/transcript/record.ts'
import { attestation, readAttester, type Attester } from './attest.ts'
import { has, many, one } from './options.ts'
import type { GivenFlags } from './flags.ts'
import { didYouMean } from './near.ts'
import type { Terminal } from './terminal.ts'

/** Where the reports of a command go. */
export interface Outputs {
  /** Reporters that print to standard output, in order. */
  readonly printed: readonly ReporterName[]
  readonly files: readonly { readonly reporter: ReporterName; readonly file: string }[]
  /** The folder of `--out`. */
  readonly out: string | undefined
  readonly quiet: boolean
  /** Signs what the folder holds. */
  readonly attester?: Attester
}

const fileNames: Readonly<Record<ReporterName, string>> = {
  pretty: 'report.txt',
  json: 'report.json',
  junit: 'report.xml',
  html: 'report.html',
  markdown: 'report.md',
  github: 'report.github.txt',
  tap: 'report.tap',
  sarif: 'report.sarif',
  ctrf: 'report.ctrf.json',
  earl: 'report.earl.jsonld',
  har: 'report.har',
}

/** Reads `--reporter`, `--out` and `--quiet`, and creates the folder. @throws HarnessError `usage`. */
export async function readOutputs(given: GivenFlags): Promise<Outputs> {
  const wanted = many(given, 'reporter').map(readReporter)
  const files = wanted.flatMap(({ reporter, file }) => (file === undefined ? [] : [{ reporter, file }]))
  const plain = [...new Set(wanted.flatMap(({ reporter, file }) => (file === undefined ? [reporter] : [])))]
  // A format of one document cannot share standard output; workflow commands and text for people can.
  if (plain.length > 1 && !plain.every(forPeople)) {
    throw new HarnessError('usage', `the reporters ${plain.join(' and ')} would both print to standard output`, `give all but one a file: --reporter ${plain.find((reporter) => reporter !== 'pretty') ?? 'json'}=FILE`)
  }
  const out = one(given, 'out')
  const attester = await readAttester(given)
  if (out !== undefined) await mkdir(out, { recursive: true }).catch(cannotWrite(out))
  return { printed: plain.length > 0 ? plain : ['pretty'], files, out, quiet: has(given, 'quiet'), ...(attester ? { attester } : {}) }
}

/**
 * The outputs of one of several reports: its files stand in a folder of its own, which is created.
 *
 * @throws HarnessError `usage` for a format of one document that has but one place.
 */
export async function outputsOfOne(outputs: Outputs, name: string): Promise<Outputs> {
  const placed = outputs.files[0]?.reporter ?? outputs.printed.find((reporter) => !forPeople(reporter))
  if (placed !== undefined) throw new HarnessError('usage', `the reporter ${placed} has one place, and each of several roles has a report`, `name one role, such as --role ${name}`)
  const out = outputs.out === undefined ? undefined : join(outputs.out, name)
  if (out !== undefined) await mkdir(out, { recursive: true }).catch(cannotWrite(out))
  return { ...outputs, out }
}

/** Whether standard output is for people: what a run says beside the report then goes there too. */
export function printsForPeople({ printed }: Outputs): boolean {
  return printed.includes('pretty')
}

/** Writes every file, then prints. Files never hold colours. @throws HarnessError `usage` for a file that cannot be written. */
export async function publish(outputs: Outputs, report: Report, transcript: readonly TranscriptLine[] | undefined, context: RenderContext, terminal: Terminal): Promise<void> {
  const plain: RenderContext = { ...context, colour: false, width: 100, quiet: false }
  const files = new Map(outputs.files.map(({ reporter, file }) => [file, renderers[reporter](report, plain)] as const))
  if (outputs.out !== undefined) {
    const reporters = new Set<ReporterName>(['json', 'html', ...outputs.printed, ...outputs.files.map(({ reporter }) => reporter)])
    for (const reporter of reporters) files.set(join(outputs.out, fileNames[reporter]), renderers[reporter](report, plain))
    if (transcript) files.set(join(outputs.out, 'transcript.ndjson'), writeTranscript(transcript))
    if (outputs.attester) files.set(...attestation(outputs.attester, report, outputs.out, files))
  }
  for (const [file, text] of files) await writeFile(file, text).catch(cannotWrite(file))
  for (const reporter of outputs.printed) await terminal.out(renderers[reporter](report, context))
  if (files.size > 0) await terminal.err(`wrote ${[...files.keys()].join(', ')}\n`)
}

function readReporter(text: string): { readonly reporter: ReporterName; readonly file?: string } {
  const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  if (!isReporter(name)) {
    throw new HarnessError('usage', `there is no reporter "${name}"`, didYouMean(name, Object.keys(renderers), `reporters are ${Object.keys(renderers).join(', ')}`))
  }
  if (file === '') throw new HarnessError('usage', `--reporter ${name}= names no file`, `write --reporter ${name}=FILE, or --reporter ${name} for standard output`)
  return { reporter: name, ...(file === undefined ? {} : { file }) }
}

/** Workflow commands count: a build server takes them line by line. */
function forPeople(reporter: ReporterName): boolean {
  return reporter === 'pretty' || reporter === 'github'
}

function isReporter(name: string): name is ReporterName {
  return Object.hasOwn(renderers, name)
}

function cannotWrite(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new HarnessError('usage', `${path} cannot be written${code}`, 'name another place, or let this user write there', { cause })
  }
}
