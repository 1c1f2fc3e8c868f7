import type { Report } from '../../harness/report/report.ts'

/** What two runs of one subject have in common: case and rule, each with its outcome. */
export type Outcomes = ReadonlyMap<string, string>

export function outcomesOf({ verdicts }: Pick<Report, 'verdicts'>): Outcomes {
  return new Map(verdicts.map(({ case: id, requirement, outcome }) => [`${id} ${requirement}`, outcome]))
}

/** One line a verdict that is not the same, in the order of the first; then those that only the second has. */
export function differences(before: Outcomes, now: Outcomes): readonly string[] {
  const keys = new Set([...before.keys(), ...now.keys()])
  return [...keys].flatMap((key) => (before.get(key) === now.get(key) ? [] : [`${key}: ${now.get(key) ?? 'no verdict'}, committed is ${before.get(key) ?? 'no verdict'}`]))
}

/** Verdicts that say neither yes nor no. */
export function openVerdicts({ verdicts }: Pick<Report, 'verdicts'>): readonly string[] {
  return verdicts.filter(({ outcome }) => outcome === 'unproven' || outcome === 'faulted').map(({ case: id, requirement }) => `${id} ${requirement}`)
}

/** Open verdicts that a calmer machine may settle: what a failed control or a dead target leaves open, stays open. */
export function openByChance({ verdicts, summary }: Pick<Report, 'verdicts' | 'summary'>): readonly string[] {
  if (summary.obstacle !== undefined) return []
  return openVerdicts({ verdicts: verdicts.filter(({ reason = '' }) => !reason.startsWith('its control ')) })
}
