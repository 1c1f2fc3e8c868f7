import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isRecord } from '../harness/attach/answers.ts'
import { HarnessError } from '../harness/errors.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { rolesWritten } from './roles.ts'

/** A report and the transcript beside it, as they stand in their files. */
export interface RecordedRun {
  readonly report: unknown
  readonly transcript: readonly TranscriptLine[]
  readonly files: { readonly report: string; readonly transcript: string }
}

const unpacked = promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip)
const maxBytes = 256 * 1024 * 1024
const cure = 'name the folder that --out wrote, or its report.json, unchanged'

/** The folders of a run in several roles, in their order; else the path itself, whatever is there. */
export async function reportFolders(path: string): Promise<readonly { readonly path: string; readonly role: string }[]> {
  const isThere = (file: string) => stat(file).then(() => true, () => false)
  if (await isThere(join(path, 'report.json'))) return [{ path, role: '' }]
  const found: { readonly path: string; readonly role: string }[] = []
  for (const role of rolesWritten) if (await isThere(join(path, role, 'report.json'))) found.push({ path: join(path, role), role })
  return found.length > 0 ? found : [{ path, role: '' }]
}

/** Reads `report.json` and `transcript.ndjson` (or `transcript.ndjson.gz`) of a folder, or of the folder of a report. @throws HarnessError `bad-report`. */
export async function readRecordedRun(path: string): Promise<RecordedRun> {
  const found = await stat(path).catch((cause: unknown) => {
    throw badReport(`there is nothing at ${path}`, cause)
  })
  const report = found.isDirectory() ? join(path, 'report.json') : path
  const transcript = join(found.isDirectory() ? path : dirname(path), 'transcript.ndjson')
  return { report: parsed(await readText(report), report, 1), transcript: readTranscript(await readText(transcript), transcript), files: { report, transcript } }
}

/** A fault in a file of a recorded run. */
export function badReport(fact: string, cause?: unknown): HarnessError {
  return new HarnessError('bad-report', fact, cure, cause === undefined ? undefined : { cause })
}

/** The bytes of a file, or what `FILE.gz` beside its place unpacks to. @throws HarnessError `bad-report` past 256 MiB; what the file system throws. */
export async function readArtefact(file: string): Promise<Buffer> {
  const packed = `${file}.gz`
  const stands = await stat(file).catch((cause: unknown) => stat(packed).then(() => undefined, () => Promise.reject(cause)))
  if (stands === undefined) return unpacked(await readFile(packed), { maxOutputLength: maxBytes })
  if (stands.size > maxBytes) throw badReport(`${file} is larger than 256 MiB`)
  return readFile(file)
}

async function readText(file: string): Promise<string> {
  try {
    return (await readArtefact(file)).toString('utf8')
  } catch (cause) {
    throw cause instanceof HarnessError ? cause : badReport(`${file} cannot be read`, cause)
  }
}

/** The lines of a transcript. @throws HarnessError `bad-report` that names the line. */
export function readTranscript(text: string, file: string): readonly TranscriptLine[] {
  const lines = text.replace(/\n$/, '').split('\n').map((line, index) => readLine(parsed(line, file, index + 1), file, index + 1))
  const first = lines[0]
  const last = lines.at(-1)
  if (first?.kind !== 'run') throw badReport(`${file}:1: the first line of a transcript is its run line, and this one is not`)
  if (first.transcript !== 1) throw badReport(`${file}:1: this is no transcript of version 1`)
  if (last?.kind !== 'end') throw badReport(`${file}:${lines.length}: the last line of a transcript is its end line; this one was cut off`)
  const stray = lines.findIndex((line, index) => (line.kind === 'run' && index > 0) || (line.kind === 'end' && index < lines.length - 1))
  if (stray >= 0) throw badReport(`${file}:${stray + 1}: a transcript has one run line and one end line, and this is a second one`)
  return lines
}

/** The members that every reader of the line relies on. */
const members: Readonly<Record<TranscriptLine['kind'], Readonly<Record<string, 'string' | 'number' | 'object' | 'list'>>>> = {
  run: { suite: 'object', target: 'object', profile: 'object', run: 'object', offers: 'object', selection: 'object', deadlineMs: 'number' },
  exchange: { id: 'string', case: 'string', event: 'string', ids: 'list', request: 'object', startedMs: 'number', endedMs: 'number' },
  case: { case: 'string', state: 'string', startedMs: 'number', endedMs: 'number' },
  effects: { effects: 'list' },
  attempt: { id: 'string', case: 'string', endpoint: 'string', request: 'object', signature: 'string', arrivedMs: 'number', answer: 'string' },
  emission: { case: 'string', event: 'string', number: 'number', type: 'string', beforeMs: 'number', afterMs: 'number' },
  endpoint: { case: 'string', name: 'string', url: 'string' },
  stream: { id: 'string', case: 'string', name: 'string', request: 'object', asked: 'object', startedMs: 'number', bytes: 'number', blocks: 'list', comments: 'list', commentCount: 'number', retries: 'list', flaws: 'list', silentMs: 'number', endedMs: 'number', endedBy: 'string' },
  publication: { case: 'string', name: 'string', first: 'number', count: 'number', type: 'string', data: 'string', dataLength: 'number', beforeMs: 'number', afterMs: 'number', outcome: 'string' },
  staging: { case: 'string', verb: 'string', beforeMs: 'number', afterMs: 'number' },
  served: { id: 'string', case: 'string', path: 'string', request: 'object', arrivedMs: 'number', answer: 'string', status: 'number', body: 'object', writes: 'number', cuts: 'list', gates: 'object' },
  connection: { id: 'string', case: 'string', client: 'string', path: 'string', asked: 'object', startedMs: 'number', states: 'list', events: 'list', count: 'number', errors: 'number', readMs: 'number' },
  part: { part: 'string', run: 'object', end: 'object' },
  end: { finishedAt: 'string', lagMs: 'object' },
}

function readLine(value: unknown, file: string, line: number): TranscriptLine {
  const kind = isRecord(value) ? value['kind'] : undefined
  if (!isRecord(value) || typeof kind !== 'string' || !Object.hasOwn(members, kind)) throw badReport(`${file}:${line}: this is no line of a transcript`)
  for (const [name, type] of Object.entries(members[kind as TranscriptLine['kind']])) { // it is a key of the table
    const member = value[name]
    const fits = type === 'list' ? Array.isArray(member) : type === 'object' ? isRecord(member) : typeof member === type
    if (!fits) throw badReport(`${file}:${line}: "${name}" of a line "${kind}" is missing or of another type`)
  }
  if (kind === 'part') for (const own of ['run', 'end']) if (readLine(value[own], file, line).kind !== own) throw badReport(`${file}:${line}: "${own}" of a part is no line "${own}"`)
  return value as unknown as TranscriptLine // its kind and members were looked at; what is inside them, the judge meets
}

function parsed(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badReport(`${file}:${line}: this is not JSON`, cause)
  }
}
