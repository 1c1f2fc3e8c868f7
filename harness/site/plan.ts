import { addressesOf, roleOrder } from './address.ts'
import type { Cell, Entry } from './entry.ts'
import type { Chapter, Rule, RuleCase, Specification } from './specification.ts'

/** Everything that the pages of a site are drawn from. */
export interface Site {
  readonly title: string
  readonly specification: Specification
  /** In the order of the contract; only roles of which there is a report. */
  readonly roles: readonly SiteRole[]
  /** Those of the specification, then those that only reports know. */
  readonly rules: readonly Rule[]
  /** Reports that could not be used. */
  readonly problems: readonly Problem[]
  /** RFC 3339: when the newest report was made. The site itself has no date, so the same reports give the same bytes. */
  readonly newest: string
}

export interface Problem {
  readonly path: string
  readonly reason: string
}

/** The matrix of one role: rules by chapter against implementations. */
export interface SiteRole {
  readonly role: string
  readonly columns: readonly Column[]
  readonly groups: readonly RuleGroup[]
  /** Rules of the role that nothing outside of an implementation can show. */
  readonly exceptions: number
}

/** One implementation under one profile. */
export interface Column {
  readonly entry: Entry
  /** Path of its page. */
  readonly page: string
  /** Earlier reports of the same, newest first. */
  readonly older: readonly Entry[]
  /** What its reader has to know beside it, such as `spec 0.9`; empty for a report of this specification. */
  readonly note: string
  /** It was judged by another set of rules that has the version of this one: while a version is a draft, its rules change. */
  readonly otherRules: boolean
}

export interface RuleGroup {
  /** Absent for rules that this specification does not have. */
  readonly chapter?: Chapter
  readonly rules: readonly Rule[]
}

/** A column with what it says about one rule. */
export interface Result {
  readonly column: Column
  readonly cell: Cell
}

export const defaultTitle = 'Event delivery: who keeps which rule'

const mostCases = 400

/** Puts the entries into their places. Their order does not matter; the newest of the same implementation is its column. */
export function planSite(entries: readonly Entry[], specification: Specification, problems: readonly Problem[], title = defaultTitle): Site {
  const current = newestOfEach(entries)
  const addresses = addressesOf(current.map(({ entry }) => entry))
  const columns = current.map(({ entry, older }): Column => ({ entry, older, page: addresses.get(entry) ?? '', note: noteOn(entry, specification), otherRules: entry.made.specVersion === specification.version && entry.made.requirementSet !== specification.requirementSet }))
  const rules = allRules(specification, columns)
  const names = [...roleOrder, ...[...new Set(columns.map(({ entry }) => entry.role))].filter((role) => !roleOrder.some((each) => each === role)).sort()]
  const roles = names.map((role) => siteRole(role, columns.filter(({ entry }) => entry.role === role), rules, specification)).filter(({ columns: own }) => own.length > 0)
  const newest = entries.map(({ made }) => made.finishedAt).sort().at(-1) ?? ''
  return { title, specification, roles, rules, problems, newest }
}

/** What every implementation says about a rule, in the order of the matrix. */
export function resultsOf(site: Site, id: string): readonly Result[] {
  return site.roles.flatMap(({ columns }) => columns).flatMap((column) => {
    const cell = column.entry.cells.get(id)
    return cell ? [{ column, cell }] : []
  })
}

function newestOfEach(entries: readonly Entry[]): readonly { readonly entry: Entry; readonly older: readonly Entry[] }[] {
  const byKey = new Map<string, Entry[]>()
  for (const entry of entries) byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry])
  return [...byKey.values()]
    .map((same) => same.toSorted((a, b) => compare(b.made.finishedAt, a.made.finishedAt) || compare(a.folder, b.folder)))
    .flatMap(([entry, ...older]) => (entry ? [{ entry, older }] : []))
    .sort((a, b) => compare(a.entry.name.toLowerCase(), b.entry.name.toLowerCase()) || compare(a.entry.profile, b.entry.profile) || compare(a.entry.key, b.entry.key))
}

/** By code units: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function noteOn({ made }: Entry, { version }: Specification): string {
  return [...(made.reportVersion === 1 ? [] : [`report ${made.reportVersion}`]), ...(made.specVersion === version ? [] : [`spec ${made.specVersion}`])].join(', ')
}

/** The rules of the specification with the cases that reports played, and the rules that only reports know. */
function allRules({ rules }: Specification, columns: readonly Column[]): readonly Rule[] {
  const foreign = new Map<string, Rule>()
  const cases = new Map(rules.map(({ id, cases: own }) => [id, new Map(own.map((each) => [each.id, each]))]))
  for (const { entry } of columns) {
    for (const [id, cell] of entry.cells) {
      const known: Map<string, RuleCase> = cases.get(id) ?? new Map()
      if (!cases.has(id)) {
        cases.set(id, known)
        foreign.set(id, { id, level: cell.level, role: entry.role, sentence: cell.sentence, cases: [] })
      }
      for (const each of cell.cases) if (known.size < mostCases && !known.has(each.id)) known.set(each.id, each)
    }
  }
  return [...rules, ...foreign.values()].map((rule) => ({ ...rule, cases: [...(cases.get(rule.id)?.values() ?? [])] }))
}

function siteRole(role: string, columns: readonly Column[], rules: readonly Rule[], { chapters }: Specification): SiteRole {
  const judged = new Set(columns.flatMap(({ entry }) => [...entry.cells.keys()]))
  const own = rules.filter((rule) => judged.has(rule.id) || (rule.role === role && rule.chapter !== undefined && rule.exception === undefined))
  const groups = [
    ...chapters.map((chapter): RuleGroup => ({ chapter, rules: own.filter((rule) => rule.chapter === chapter.name) })),
    { rules: own.filter((rule) => !chapters.some(({ name }) => name === rule.chapter)) },
  ]
  const exceptions = rules.filter((rule) => rule.role === role && rule.exception !== undefined && !judged.has(rule.id)).length
  return { role, columns, groups: groups.filter((group) => group.rules.length > 0), exceptions }
}
