import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { renderJson } from '../../harness/report/json.ts'
import type { Report } from '../../harness/report/report.ts'
import type { RoleName } from '../../harness/role.ts'
import type { RunResult } from '../../harness/run.ts'
import { writeTranscript } from '../../harness/transcript/record.ts'
import type { PublishedSubject } from '../../test/subjects/published.ts'

/** `subject.json`: what a report cannot know of its subject. */
export interface SubjectFile {
  readonly name: string
  readonly version: string
  readonly kind: PublishedSubject['kind']
  readonly language: string
  readonly homepage: string
  readonly setting: string
  /** Path of the page that shows its findings with their bytes. */
  readonly discovery: string
}

/** A folder of reports/, as it stands there. */
export interface PublishedReport {
  readonly role: RoleName
  readonly slug: string
  readonly subject: SubjectFile
  readonly report: Report
}

const roles: readonly RoleName[] = ['consumer', 'producer', 'sse-server', 'sse-client']

/** Writes `report.json`, `transcript.ndjson.gz` and `subject.json`; resolves with their bytes. */
export async function writePublished(subject: PublishedSubject, { report, transcript }: RunResult): Promise<number> {
  const folder = `reports/${subject.role}/${subject.slug}`
  const { name, kind, language, homepage, setting, discovery } = subject
  const facts: SubjectFile = { name, version: subject.version(), kind, language, homepage, setting, discovery: `docs/discoveries/${discovery}` }
  const files: Readonly<Record<string, string | Buffer>> = {
    'report.json': lineByLine(renderJson(report)),
    'transcript.ndjson.gz': gzipSync(writeTranscript(transcript), { level: 9 }),
    'subject.json': `${JSON.stringify(facts, null, 2)}\n`,
  }
  await mkdir(folder, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(`${folder}/${file}`, content)
  return Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0)
}

/** Every report of reports/, role by role, by name. */
export async function readPublished(): Promise<readonly PublishedReport[]> {
  const found: PublishedReport[] = []
  for (const role of roles) {
    const slugs = await readdir(`reports/${role}`).catch(() => [])
    const reports = await Promise.all(slugs.map((slug) => readOne(role, slug)))
    found.push(...reports.toSorted((a, b) => (a.subject.name.toLowerCase() < b.subject.name.toLowerCase() ? -1 : 1)))
  }
  return found
}

async function readOne(role: RoleName, slug: string): Promise<PublishedReport> {
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(`reports/${role}/${slug}/${file}`, 'utf8'))
  return { role, slug, subject: (await read('subject.json')) as SubjectFile, report: (await read('report.json')) as Report } // this script wrote both
}

/** The same JSON with one line for each verdict and each requirement, so that a changed verdict is a changed line. */
function lineByLine(json: string): string {
  // A line feed inside a string is escaped: each that stands here is indentation's.
  return json.replace(/\n {5,}/g, '').replace(/\n {4}([}\]])/g, '$1')
}
