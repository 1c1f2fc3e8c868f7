import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { HarnessError } from '../harness/errors.ts'
import { evidenceLines } from '../harness/merge/evidence.ts'
import { renderHtml } from '../harness/report/html/page.ts'
import { inert } from '../harness/report/inert.ts'
import type { Report } from '../harness/report/report.ts'
import { plural } from '../harness/report/summary.ts'
import { besidePage, chapterPath, rulePath, type Ending } from '../harness/site/address.ts'
import { chapterPage } from '../harness/site/chapter-page.ts'
import { implementationPage, type Evidence } from '../harness/site/implementation-page.ts'
import { indexPage } from '../harness/site/index-page.ts'
import { planSite, type Column, type Site } from '../harness/site/plan.ts'
import { rulePage } from '../harness/site/rule-page.ts'
import type { TranscriptLine } from '../harness/transcript/line.ts'
import { attestationFile } from '../harness/trust/statement.ts'
import { recordedRenderContext } from './context.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, one } from './options.ts'
import { openSiteFolder, type SiteFolder } from './site-folder.ts'
import { fileBeside, findReports, readTranscriptOf, readWhole, type FoundTranscript } from './site-reports.ts'
import { readSpecification } from './site-specification.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['out', 'title', 'help']
const defaultOut = 'conformance-site'
const publishedTranscriptBytes = 8 * 1024 * 1024

/**
 * `conformance site DIR --out DIR`: the matrix of all reports below a folder as a static site. Exit 0 once it is built; a report
 * that cannot be used is told on standard error and on the first page. Exit 2 when none can: then nothing is written.
 */
export async function siteCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance site DIR: builds a static site from every report.json below DIR\n\n  ${'--out DIR'.padEnd(32)}  where the site goes (default ${defaultOut}); empty, or a site that this command wrote\n${flagHelp(['title', 'help'])}`)
    return 0
  }
  const [root, ...more] = given.positionals
  if (root === undefined || more.length > 0) throw new HarnessError('usage', 'site takes one folder', 'write conformance site DIR --out SITE, where DIR holds the folders that run --out wrote')
  if (!(await stat(root).then((found) => found.isDirectory(), () => false))) throw new HarnessError('bad-report', `there is no folder ${root}`, 'name the folder that holds the folders that run --out wrote')
  const { entries, problems } = await findReports(root)
  for (const { path, reason } of problems) await terminal.err(`warning: ${inert(path, 300)}: ${inert(reason)}\n`)
  if (entries.length === 0) throw new HarnessError('bad-report', `no report below ${root} can be used`, problems.length > 0 ? 'correct what the warnings name' : 'write some with conformance run … --out DIR')
  const site = planSite(entries, await readSpecification(), problems, one(given, 'title'))
  const out = one(given, 'out') ?? defaultOut
  const folder = await openSiteFolder(out)
  let finished = false
  try {
    await writeSite(site, root, folder, terminal)
    finished = true
  } finally {
    await folder.close(finished)
  }
  const columns = site.roles.flatMap((role) => role.columns)
  await terminal.out(`wrote ${join(out, 'index.html')}: ${plural(new Set(columns.map(({ entry }) => entry.name)).size, 'implementation')} in ${plural(columns.length, 'report')}, ${plural(folder.files, 'file')}, ${(folder.bytes / 1024 / 1024).toFixed(1)} MiB\n`)
  return 0
}

/** Page after page, so that no more than one report is in memory at a time. */
async function writeSite(site: Site, root: string, folder: SiteFolder, terminal: Terminal): Promise<void> {
  const goOn = () => terminal.signal.throwIfAborted()
  await folder.write('index.html', indexPage(site))
  for (const chapter of site.specification.chapters) await folder.write(chapterPath(chapter.name), chapterPage(site, chapter))
  for (const rule of site.rules) {
    goOn()
    await folder.write(rulePath(rule.id), rulePage(site, rule))
  }
  for (const column of site.roles.flatMap((role) => role.columns)) {
    goOn()
    await writeImplementation(site, column, root, folder, terminal)
  }
}

/** The page of an implementation, and beside it what a reader may want to check for himself. */
async function writeImplementation(site: Site, column: Column, root: string, folder: SiteFolder, terminal: Terminal): Promise<void> {
  const { entry, page } = column
  const { report, bytes } = await readWhole(root, entry)
  const transcript = await readTranscriptOf(root, entry, report)
  if ('flaw' in transcript) await terminal.err(`warning: ${inert(entry.folder, 300)}: no messages are shown: ${inert(transcript.flaw)}\n`)
  const wantsPage = (await stat(join(root, entry.folder, 'report.html')).catch(() => undefined))?.isFile() === true
  const beside: readonly (readonly [words: string, ending: Ending, content: string | Uint8Array | undefined])[] = [
    ['report.json', 'json', bytes],
    ['transcript.ndjson.gz', 'transcript.ndjson.gz', await packed(transcript)],
    [attestationFile, 'attestation.dsse.json', entry.attested ? await fileBeside(root, entry, attestationFile) : undefined],
  ]
  const files = beside.flatMap(([words, ending, content]) => (content === undefined ? [] : [{ words, path: besidePage(page, ending), content }]))
  const whole = besidePage(page, 'report.html')
  const downloads = [...files.map(({ words, path }) => [words, basename(path)] as const), ...(wantsPage ? [['report.html', basename(whole)] as const] : [])]
  const drawn = draw(report, transcript, terminal, (evidence) => ({
    page: implementationPage(site, column, { ...evidence, downloads }),
    // The page of a stranger is never published: it is drawn again from the report, and so can do nothing that ours does not.
    ...(wantsPage ? { whole: renderHtml(report, evidence.context) } : {}),
  }))
  await folder.write(page, drawn.page)
  if (drawn.whole !== undefined) await folder.write(whole, drawn.whole)
  for (const { path, content } of files) await folder.write(path, content)
}

async function packed(transcript: FoundTranscript): Promise<Buffer | undefined> {
  if ('flaw' in transcript) return undefined
  const bytes = transcript.packed ?? (await promisify(gzip)(transcript.plain, { level: 9 }))
  return bytes.length > publishedTranscriptBytes ? undefined : bytes
}

interface Drawn {
  readonly page: string
  readonly whole?: string
}

/** Draws with the messages; without them when the transcript holds what no run records. */
function draw(report: Report, transcript: FoundTranscript, terminal: Terminal, make: (evidence: Omit<Evidence, 'downloads'>) => Drawn): Drawn {
  const context = (lines: readonly TranscriptLine[]) => recordedRenderContext(report, lines, { ...terminal, colour: false, width: 100 }, false)
  if ('flaw' in transcript) return make({ report, context: context([]), without: transcript.flaw })
  try {
    return make({ report, context: context(evidenceLines(transcript.lines, report)) })
  } catch (cause) {
    // Its lines were looked at, not what is inside of them: a type that does not fit is a fault of the file.
    if (!(cause instanceof TypeError)) throw cause
    return make({ report, context: context([]), without: 'the transcript holds what no run records' })
  }
}
