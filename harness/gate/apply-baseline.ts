import type { Verdict } from '../report/report.ts'
import type { Baseline, BaselineEntry, BaselineInForce, FoundEntry } from './baseline.ts'

/** What decides about the entries of a baseline, besides the verdicts. */
export interface BaselineScene {
  /** The role of the run: entries for cases of other roles are not judged. */
  readonly role: string
  /** When the run began, RFC 3339: what has expired by then, has expired. */
  readonly startedAt: string
  /** Whether the suites have this case as evidence for this rule, whatever the selection leaves. */
  readonly judges: (caseId: string, requirement: string) => boolean
}

/** The verdicts, with those that a valid entry excuses marked as known, and what became of each entry. Outcomes stay what they are. */
export function applyBaseline(verdicts: readonly Verdict[], baseline: Baseline, scene: BaselineScene): { readonly verdicts: readonly Verdict[]; readonly baseline: BaselineInForce } {
  const byKey = new Map(verdicts.map((verdict) => [keyOf(verdict), verdict]))
  const entries = baseline.entries.map((entry) => found(entry, byKey.get(keyOf(entry)), scene))
  const known = new Map(entries.filter(({ state }) => state === 'known').map((entry) => [keyOf(entry), entry]))
  const marked = verdicts.map((verdict): Verdict => {
    const entry = known.get(keyOf(verdict))
    if (!entry) return verdict
    const { reason, issue, expires } = entry
    return { ...verdict, known: { reason, ...(issue === undefined ? {} : { issue }), expires } }
  })
  return { verdicts: marked, baseline: { digest: baseline.digest, entries } }
}

function found(entry: BaselineEntry, verdict: Verdict | undefined, { role, startedAt, judges }: BaselineScene): FoundEntry {
  if (!entry.case.startsWith(`${role}-`)) return { ...entry, state: 'not-judged' }
  if (!verdict) return { ...entry, state: judges(entry.case, entry.requirement) ? 'not-judged' : 'gone' }
  if (verdict.outcome === 'passed') return { ...entry, state: 'passed' }
  if (verdict.outcome === 'inapplicable') return { ...entry, state: 'not-judged' }
  if (verdict.code !== entry.code) return { ...entry, state: 'differs', ...(verdict.code === undefined ? {} : { found: verdict.code }) }
  return { ...entry, state: startedAt.slice(0, 10) > entry.expires ? 'expired' : 'known' }
}

function keyOf({ case: id, requirement }: Pick<Verdict, 'case' | 'requirement'>): string {
  return `${id} ${requirement}`
}
