import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HarnessError } from '../harness/errors.ts'
import type { Report } from '../harness/report/report.ts'
import { readAttested } from '../harness/site/attested.ts'
import { entryOf, type Entry } from '../harness/site/entry.ts'
import type { Problem } from '../harness/site/plan.ts'
import { readReport } from '../harness/site/read-report.ts'
import { readSubject } from '../harness/site/subject.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { attestationFile } from '../harness/trust/statement.ts'
import { readTranscript } from './recorded-run.ts'
import { siteMarker } from './site-folder.ts'

/** Bounds of what is looked at: a folder of reports comes from many hands. */
const mostDepth = 8
const mostNames = 50_000
const mostReports = 2_000
const reportBytes = 32 * 1024 * 1024
const transcriptBytes = 64 * 1024 * 1024
const smallBytes = 1024 * 1024
const allBytes = 2 * 1024 * 1024 * 1024

/** What a folder of reports holds: an entry for each report that can be used, and why the others cannot. */
export interface FoundReports {
  readonly entries: readonly Entry[]
  readonly problems: readonly Problem[]
}

/** A transcript with its bytes as they are published, or why there is none. */
export type FoundTranscript = { readonly lines: readonly TranscriptLine[]; readonly plain: Buffer; readonly packed?: Buffer } | { readonly flaw: string }

/** The report of an entry, read again: a site keeps no report in memory beyond its page. */
export interface WholeReport {
  readonly report: Report
  readonly bytes: Buffer
}

/** Every `report.json` below a folder, in the order of their paths. Sites that this command wrote, hidden folders and links are passed over. */
export async function findReports(root: string): Promise<FoundReports> {
  const folders = await foldersWithReport(root)
  const entries: Entry[] = []
  const problems: Problem[] = []
  let bytes = 0
  for (const folder of folders) {
    const path = folder === '' ? 'report.json' : `${folder}/report.json`
    const found = await readOne(root, folder, allBytes - bytes, problems)
    if ('flaw' in found) problems.push({ path, reason: found.flaw })
    else {
      entries.push(found.entry)
      bytes += found.bytes
    }
  }
  return { entries, problems }
}

/** @throws HarnessError `bad-report` when the file changed meanwhile. */
export async function readWhole(root: string, entry: Entry): Promise<WholeReport> {
  const bytes = await fileOf(join(root, entry.folder, 'report.json'), reportBytes)
  const read = 'flaw' in bytes ? bytes : readReport(bytes.content.toString('utf8'))
  if ('report' in read && 'content' in bytes) return { report: read.report, bytes: bytes.content }
  throw new HarnessError('bad-report', `${join(root, entry.folder, 'report.json')} changed while the site was built`, 'run the command again once nothing writes there')
}

/** The transcript beside a report, plain or packed. One that the report was not computed from is refused: it would show other messages. */
export async function readTranscriptOf(root: string, { folder }: Entry, report: Report): Promise<FoundTranscript> {
  const plain = await fileOf(join(root, folder, 'transcript.ndjson'), transcriptBytes)
  const packed = 'flaw' in plain ? await fileOf(join(root, folder, 'transcript.ndjson.gz'), transcriptBytes) : undefined
  if ('flaw' in plain && packed && 'flaw' in packed) return { flaw: plain.absent && packed.absent ? 'there is no transcript beside the report' : plain.absent ? packed.flaw : plain.flaw }
  try {
    const content = 'content' in plain ? plain.content : packed && 'content' in packed ? await promisify(gunzip)(packed.content, { maxOutputLength: transcriptBytes }) : Buffer.alloc(0)
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
    const wanted = report.artefacts?.['transcript.ndjson']
    if (wanted !== undefined && wanted !== digest) return { flaw: 'the transcript beside the report is not the one that it was computed from' }
    return { lines: readTranscript(content.toString('utf8'), 'transcript.ndjson'), plain: content, ...(packed && 'content' in packed ? { packed: packed.content } : {}) }
  } catch (error) {
    return { flaw: error instanceof HarnessError ? error.message : 'transcript.ndjson.gz cannot be unpacked, or is larger than 64 MiB' }
  }
}

/** A small file beside a report, such as its attestation; undefined when it is not there. */
export async function fileBeside(root: string, { folder }: Entry, name: string): Promise<Buffer | undefined> {
  const found = await fileOf(join(root, folder, name), smallBytes)
  return 'content' in found ? found.content : undefined
}

async function readOne(root: string, folder: string, room: number, problems: Problem[]): Promise<{ readonly entry: Entry; readonly bytes: number } | { readonly flaw: string }> {
  const file = await fileOf(join(root, folder, 'report.json'), Math.min(reportBytes, room))
  if ('flaw' in file) return file
  const read = readReport(file.content.toString('utf8'))
  if ('flaw' in read) return read
  const described = await fileOf(join(root, folder, 'subject.json'), smallBytes)
  const subject = 'content' in described ? readSubject(described.content.toString('utf8')) : described.absent ? undefined : described
  if (subject && 'flaw' in subject) problems.push({ path: `${folder}/subject.json`, reason: `${subject.flaw}; the report is shown without it` })
  const attestation = await fileOf(join(root, folder, attestationFile), smallBytes)
  const attested = 'content' in attestation ? readAttested(attestation.content.toString('utf8'), file.content) : undefined
  const surroundings = { folder, reportVersion: read.version, ...(subject && !('flaw' in subject) ? { subject } : {}), ...(attested ? { attested } : {}) }
  return { entry: entryOf(read.report, surroundings), bytes: file.content.length }
}

/** Folders below the root that hold a report, by their paths with `/`. @throws HarnessError `bad-report` beyond the bounds. */
async function foldersWithReport(root: string): Promise<readonly string[]> {
  const found: string[] = []
  let names = 0
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true })
    names += entries.length
    if (names > mostNames) throw new HarnessError('bad-report', `${root} holds more than ${mostNames} files`, 'name a folder that holds reports and little else')
    if (entries.some(({ name }) => name === siteMarker)) return
    if (entries.some((entry) => entry.isFile() && entry.name === 'report.json')) found.push(folder)
    if (found.length > mostReports) throw new HarnessError('bad-report', `${root} holds more than ${mostReports} reports`, 'build a site of fewer')
    if (depth === mostDepth) return
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') await look(folder === '' ? entry.name : `${folder}/${entry.name}`, depth + 1)
    }
  }
  await look('', 0)
  return found.sort()
}

async function fileOf(path: string, most: number): Promise<{ readonly content: Buffer } | { readonly flaw: string; readonly absent: boolean }> {
  try {
    const { size } = await stat(path)
    if (size > most) return { flaw: `it is larger than ${Math.max(0, Math.floor(most / 1024 / 1024))} MiB`, absent: false }
    return { content: await readFile(path) }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    return { flaw: `it cannot be read (${code})`, absent: code === 'ENOENT' }
  }
}
