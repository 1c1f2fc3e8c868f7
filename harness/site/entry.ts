import { createHash } from 'node:crypto'
import { inert } from '../report/inert.ts'
import type { Report, Verdict } from '../report/report.ts'
import { lookOf, looks, type Look } from '../report/html/outcome.ts'
import { worst, type Level } from '../verdict.ts'
import type { Attested } from './attested.ts'
import type { RuleCase } from './specification.ts'
import type { Subject } from './subject.ts'

/** What a site keeps of one report: enough for every page but its own. All texts are bounded; none is escaped yet. */
export interface Entry {
  /** Digest of name, role, profile and proxy: entries that share it are runs of the same implementation. */
  readonly key: string
  readonly name: string
  /** Empty when nobody told it. */
  readonly version: string
  readonly role: string
  readonly profile: string
  /** The proxy that stood before it: other verdicts, so another entry. */
  readonly via?: string
  readonly subject?: Subject
  /** Folder of the report, below that of all reports; for people. */
  readonly folder: string
  readonly made: Made
  readonly attested?: Attested
  readonly conformant: boolean | null
  readonly claim: 'full' | 'partial'
  readonly measured: number
  readonly total: number
  readonly verdicts: number
  /** Rules with a failed verdict, provisional ones aside. */
  readonly failed: Readonly<Record<Level, number>>
  readonly cells: ReadonlyMap<string, Cell>
}

/** By what, and when, a report was made. */
export interface Made {
  readonly reportVersion: number
  readonly suiteVersion: string
  readonly specVersion: string
  readonly requirementSet: string
  readonly specHash: string
  readonly clock: string
  /** RFC 3339, UTC. */
  readonly finishedAt: string
}

/** What a report says about one rule. */
export interface Cell {
  readonly look: Look
  readonly level: Level
  readonly sentence: string
  readonly provisional: boolean
  /** How many cases there were; of very many, not all are kept. */
  readonly played: number
  /** In how many of them the rule was found as the cell says. */
  readonly found: number
  readonly cases: readonly RuleCase[]
  /** The verdict that matters most, where it is not a green one. */
  readonly worst?: { readonly case: string; readonly text: string }
}

/** What lies around a report. */
export interface Surroundings {
  readonly folder: string
  readonly reportVersion: number
  readonly subject?: Subject
  readonly attested?: Attested
}

const nameLimit = 60
const textLimit = 240
const casesLimit = 200

/** The entry of a report that was read. Its name is that of `subject.json`, of the target, of the folder, of the URL: the first that there is. */
export function entryOf(report: Report, { folder, reportVersion, subject, attested }: Surroundings): Entry {
  const { suite, target, run, summary } = report
  const byRule = new Map<string, Verdict[]>()
  for (const verdict of report.verdicts) byRule.set(verdict.requirement, [...(byRule.get(verdict.requirement) ?? []), verdict])
  const cells = new Map(report.requirements.map((rule) => [rule.id, cellOf(rule, byRule.get(rule.id) ?? [])] as const))
  const failed = (level: Level) => report.requirements.filter((rule) => rule.level === level && rule.provisional !== true && (byRule.get(rule.id) ?? [rule]).some(({ outcome }) => outcome === 'failed')).length
  const name = subject?.name ?? target.name ?? (namedBy(folder, target.role) || target.url)
  return {
    key: createHash('sha256').update(JSON.stringify([name, target.role, target.profile, run.via ?? ''])).digest('hex'),
    name: cut(name, nameLimit),
    version: cut(subject?.version ?? target.version ?? '', 40),
    role: cut(target.role, 40),
    profile: cut(target.profile, 40),
    ...(run.via === undefined ? {} : { via: cut(run.via, 40) }),
    ...(subject ? { subject } : {}),
    folder,
    made: {
      reportVersion,
      suiteVersion: cut(suite.version, 40),
      specVersion: cut(suite.specVersion, 40),
      requirementSet: cut(suite.requirementSet, 80),
      specHash: cut(suite.specHash, 80),
      clock: cut(run.clock, 40),
      finishedAt: new Date(run.finishedAt).toISOString(),
    },
    ...(attested ? { attested } : {}),
    conformant: summary.conformant,
    claim: summary.claim,
    measured: summary.measured,
    total: summary.total,
    verdicts: report.verdicts.length,
    failed: { MUST: failed('MUST'), SHOULD: failed('SHOULD'), MAY: failed('MAY') },
    cells,
  }
}

function cellOf(rule: Report['requirements'][number], verdicts: readonly Verdict[]): Cell {
  // The verdicts are what the page of the implementation shows; the rule never says better than they do.
  const outcome = verdicts.length > 0 ? worst(verdicts.map((verdict) => verdict.outcome)) : rule.outcome
  const provisional = rule.provisional === true
  const look = provisional && outcome === 'failed' ? 'warning' : lookOf({ outcome, level: rule.level })
  const chief = look === 'passed' ? undefined : verdicts.toSorted((a, b) => looks.indexOf(lookOf(a)) - looks.indexOf(lookOf(b)))[0]
  return {
    look,
    level: rule.level,
    sentence: cut(rule.sentence, 600),
    provisional,
    played: verdicts.length,
    found: verdicts.filter((verdict) => verdict.outcome === outcome).length,
    cases: verdicts.slice(0, casesLimit).map(({ case: id, title }) => ({ id: cut(id, 120), title: cut(title, textLimit) })),
    ...(chief ? { worst: { case: cut(chief.case, 120), text: cut(chief.outcome === 'failed' ? chief.saw : (chief.reason ?? chief.saw), textLimit) } } : {}),
  }
}

/** The last part of a path that is not the name of the role, which `run --out` gives the folders of a run in several roles. */
function namedBy(folder: string, role: string): string {
  return folder.split('/').findLast((part) => part !== '' && part !== '.' && part !== role) ?? ''
}

/** A text short enough to be kept for every cell of every report. It is made inert, so that a copy cannot be cut into something else. */
function cut(text: string, limit: number): string {
  return inert(text, limit)
}
