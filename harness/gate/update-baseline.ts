import type { Report, Verdict } from '../report/report.ts'
import { sortedEntries, type Baseline, type BaselineEntry } from './baseline.ts'

/** Days that a new entry is excused for. */
export const excusedDays = 90
const newReason = 'new: say why this is excused'

/**
 * The entries after a run: every MUST that failed or stayed unproven is named, with the code of today.
 *
 * An entry that is there keeps its reason, issue and date: only a person moves a date. What passes, or is judged no longer,
 * goes; what these reports did not judge stays. A new entry ends `excusedDays` after the run.
 */
export function updatedEntries(reports: readonly Report[], old: Baseline | undefined): readonly BaselineEntry[] {
  const before = new Map((old?.entries ?? []).map((entry) => [keyOf(entry), entry]))
  const after = new Map<string, BaselineEntry>()
  for (const [key, entry] of before) if (reports.every((report) => stays(report, key))) after.set(key, entry)
  for (const { verdicts, run } of reports) {
    for (const verdict of verdicts) {
      const key = keyOf(verdict)
      const entry = before.get(key)
      if (verdict.code === undefined || verdict.outcome === 'faulted' || !(entry || isGated(verdict))) continue
      after.set(key, entry ? { ...entry, code: verdict.code } : { requirement: verdict.requirement, case: verdict.case, code: verdict.code, reason: newReason, expires: dayAfter(run.startedAt) })
    }
  }
  return sortedEntries([...after.values()])
}

/** Whether a report says nothing against keeping an entry. */
function stays({ baseline }: Report, key: string): boolean {
  const found = baseline?.entries.find((entry) => keyOf(entry) === key)
  return found?.state !== 'passed' && found?.state !== 'gone'
}

function isGated({ level, outcome, provisional }: Verdict): boolean {
  return level === 'MUST' && provisional !== true && (outcome === 'failed' || outcome === 'unproven')
}

function dayAfter(startedAt: string): string {
  return new Date(Date.parse(startedAt) + excusedDays * 86_400_000).toISOString().slice(0, 10)
}

function keyOf({ case: id, requirement }: Pick<BaselineEntry, 'case' | 'requirement'>): string {
  return `${id} ${requirement}`
}
