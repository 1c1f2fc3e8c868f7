import type { Report, Verdict } from '../report/report.ts'
import type { Level, Outcome } from '../verdict.ts'

/**
 * How a verdict changed. `broken`: it passed and fails now; `fixed`: the other way; `new` and `gone`: only one report has it;
 * `changed`: anything else, such as a rule that passed and is unproven now, or a failure that became another.
 */
export type Change = 'broken' | 'fixed' | 'new' | 'gone' | 'changed'

/** The order in which changes are told. */
export const changes: readonly Change[] = ['broken', 'changed', 'new', 'fixed', 'gone']

export interface VerdictChange {
  readonly change: Change
  readonly role: string
  readonly requirement: string
  readonly level: Level
  readonly case: string
  readonly before?: Outcome
  readonly after?: Outcome
  /** What the later report saw, or why it did not judge. */
  readonly saw?: string
  /** The later report excuses it: it is known, or it does not score. */
  readonly excused?: true
}

/** The verdicts that changed from one run to another, by kind of change, then by requirement and case. */
export function diffReports(before: readonly Report[], after: readonly Report[]): readonly VerdictChange[] {
  const old = keyed(before)
  const now = keyed(after)
  const found = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => changeOf(old.get(key), now.get(key)))
  const text = ({ change, requirement, case: id }: VerdictChange) => `${changes.indexOf(change)} ${requirement} ${id}`
  return found.sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

/** Whether something that passed fails now, and nothing excuses it. */
export function isWorse(found: readonly VerdictChange[]): boolean {
  return found.some(({ change, excused }) => change === 'broken' && !excused)
}

interface Judged {
  readonly role: string
  readonly verdict: Verdict
}

function keyed(reports: readonly Report[]): ReadonlyMap<string, Judged> {
  return new Map(reports.flatMap(({ target: { role }, verdicts }) => verdicts.map((verdict) => [`${role} ${verdict.requirement} ${verdict.case}`, { role, verdict }] as const)))
}

function changeOf(old: Judged | undefined, now: Judged | undefined): readonly VerdictChange[] {
  const there = now ?? old
  if (!there) return []
  const [before, after] = [old?.verdict.outcome, now?.verdict.outcome]
  if (before === after && old?.verdict.code === now?.verdict.code) return []
  const { role, verdict } = there
  return [
    {
      change: kindOf(before, after),
      role,
      requirement: verdict.requirement,
      level: verdict.level,
      case: verdict.case,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(now ? { saw: now.verdict.outcome === 'failed' || now.verdict.outcome === 'passed' ? now.verdict.saw : (now.verdict.reason ?? '') } : {}),
      ...(now && (now.verdict.known || now.verdict.provisional) ? { excused: true as const } : {}),
    },
  ]
}

function kindOf(before: Outcome | undefined, after: Outcome | undefined): Change {
  if (before === undefined) return 'new'
  if (after === undefined) return 'gone'
  if (before === 'passed' && after === 'failed') return 'broken'
  if (before === 'failed' && after === 'passed') return 'fixed'
  return 'changed'
}
