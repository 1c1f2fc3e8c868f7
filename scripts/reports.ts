import { writeFile } from 'node:fs/promises'
import { measureSubject, type PublishedSubject } from '../test/subjects/published.ts'
import { published } from '../test/subjects/registry.ts'
import type { RunResult } from '../harness/run.ts'
import { differences, openByChance, openVerdicts, outcomesOf } from './published/outcomes.ts'
import { readmeText } from './published/readme.ts'
import { readPublished, writePublished } from './published/store.ts'

/**
 * Runs the suites against every published implementation that the tests know, and writes what was found to reports/.
 *
 *   npm run reports [-- NAME…] [--check]
 *
 * Names are those of the table in reports/README.md, or their folders; without one, all. What cannot run here is told, and its
 * earlier report stays as it is. A busy machine leaves verdicts open: such a run is repeated, and the one that settles most is
 * kept. With --check nothing is written: outcomes are held against those that are committed, and a difference counts when
 * three runs show it.
 * Exit codes: 0 all done, or nothing differs; 1 anything else; 2 usage.
 */
const attempts = 3
const words = process.argv.slice(2)
const checks = words.includes('--check')
const asked = words.filter((word) => word !== '--check' && word !== '--')
const unknown = asked.filter((word) => !published.some((subject) => isCalled(subject, word)))
if (unknown.length > 0) {
  process.stderr.write(`there is no subject "${unknown.join('", "')}"\n  Subjects are ${published.map(({ slug }) => slug).join(', ')}.\n`)
  process.exitCode = 2
} else {
  // A subject of this process may keep a timer of its own: hono's stream is never told that its server closed it.
  process.exit(await reports(published.filter((subject) => asked.length === 0 || asked.some((word) => isCalled(subject, word)))))
}

function isCalled({ name, slug, role }: PublishedSubject, word: string): boolean {
  return [name, slug, role, `${role}/${slug}`].includes(word)
}

async function reports(subjects: readonly PublishedSubject[]): Promise<0 | 1> {
  let clean = true
  for (const subject of subjects) {
    const why = subject.missing?.()
    if (why !== undefined) process.stdout.write(`${subject.role}/${subject.slug}: not run here: ${why}\n`)
    else clean = (await (checks ? check(subject) : publish(subject)).catch((error: unknown) => tell(subject, `broke: ${String(error)}`, false))) && clean
  }
  if (!checks) await writeFile('reports/README.md', readmeText(await readPublished()))
  return clean ? 0 : 1
}

async function publish(subject: PublishedSubject): Promise<boolean> {
  const result = await settled(subject)
  const bytes = await writePublished(subject, result)
  const { requirements, summary } = result.report
  const failed = (level: string) => requirements.filter((each) => each.level.startsWith(level) && each.outcome === 'failed').length
  return tell(subject, `${failed('MUST')} MUST and ${failed('SHOULD')} SHOULD failed, ${summary.measured} of ${summary.total} rules measured, ${openVerdicts(result.report).length} verdicts open, ${Math.ceil(bytes / 1024)} KiB`, summary.counts.faulted === 0)
}

/** The run that leaves least open, of those until one leaves nothing open by chance or two leave the same. */
async function settled(subject: PublishedSubject): Promise<RunResult> {
  let best = await measureSubject(subject)
  for (let run = 1; run < attempts && openByChance(best.report).length > 0; run += 1) {
    const again = await measureSubject(subject)
    const before = openByChance(best.report)
    const now = openByChance(again.report)
    if (now.length < before.length) best = again
    if (now.join('\n') === before.join('\n')) break
  }
  return best
}

async function check(subject: PublishedSubject): Promise<boolean> {
  const committed = (await readPublished()).find(({ role, slug }) => role === subject.role && slug === subject.slug)
  if (committed === undefined) return tell(subject, 'no report is committed', false)
  if (committed.subject.version !== subject.version()) return tell(subject, `version ${subject.version()} is installed, and the report is of ${committed.subject.version}`, false)
  let told = differences(outcomesOf(committed.report), outcomesOf((await measureSubject(subject)).report))
  for (let run = 1; run < attempts && told.length > 0; run += 1) {
    const again = new Set(differences(outcomesOf(committed.report), outcomesOf((await measureSubject(subject)).report)))
    told = told.filter((line) => again.has(line))
  }
  return told.length === 0 ? tell(subject, 'the same outcomes', true) : tell(subject, `differs\n${told.map((line) => `  ${line}`).join('\n')}`, false)
}

function tell({ role, slug }: PublishedSubject, text: string, clean: boolean): boolean {
  process.stdout.write(`${role}/${slug}: ${text}\n`)
  return clean
}
