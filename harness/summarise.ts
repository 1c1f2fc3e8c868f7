import type { Judged } from './judged.ts'
import type { Counts, RequirementResult, Summary, Verdict } from './report/report.ts'
import type { Level, Outcome } from './verdict.ts'

/** Cases with what they lack, by id. */
type CaseNeeds = Judged['lacking']

/**
 * The summary of the verdicts: what may be claimed, and what would have to be added to claim more. The results are those of
 * the verdicts that score, so that a provisional one is counted and changes no claim.
 */
export function summarise(verdicts: readonly Verdict[], results: readonly RequirementResult[], { lacking: cases, whole }: Pick<Judged, 'lacking' | 'whole'>, obstacle: Summary['obstacle']): Summary {
  const provisional = verdicts.filter((verdict) => verdict.provisional)
  const must = results.filter(({ level }) => level === 'MUST')
  const applies = results.filter((result) => result.outcome !== 'inapplicable' || flagOf(result, cases) !== undefined)
  const measured = applies.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed')
  const failed = must.some(({ outcome }) => outcome === 'failed')
  const open = must.some(({ outcome }) => outcome === 'unproven' || outcome === 'faulted') || measured.length === 0
  const allMeasured = applies.filter(({ level }) => level === 'MUST').every(({ outcome }) => outcome === 'passed' || outcome === 'failed')
  return {
    conformant: failed ? false : open ? null : true,
    claim: whole && allMeasured && measured.length > 0 ? 'full' : 'partial',
    measured: measured.length,
    total: applies.length,
    counts: countOutcomes(verdicts),
    ...(provisional.length > 0 ? { provisional: countOutcomes(provisional) } : {}),
    byLevel: {
      MUST: countOutcomes(verdicts.filter(({ level }) => level === 'MUST')),
      SHOULD: countOutcomes(verdicts.filter(({ level }) => level === 'SHOULD')),
      MAY: countOutcomes(verdicts.filter(({ level }) => level === 'MAY')),
    } satisfies Record<Level, Counts>,
    unlock: unlocking(results, cases),
    ...(obstacle ? { obstacle } : {}),
  }
}

function countOutcomes(verdicts: readonly Verdict[]): Counts {
  const count = (wanted: Outcome) => verdicts.filter(({ outcome }) => outcome === wanted).length
  return { passed: count('passed'), failed: count('failed'), unproven: count('unproven'), inapplicable: count('inapplicable'), faulted: count('faulted') }
}

/** The flag that would let an inapplicable requirement be judged; undefined when the profile rules it out. */
function flagOf(result: RequirementResult, cases: CaseNeeds): string | undefined {
  if (result.outcome !== 'inapplicable') return undefined
  return result.cases.map((id) => cases.get(id)?.unmet?.flag).find((flag) => flag !== undefined)
}

function unlocking(results: readonly RequirementResult[], cases: CaseNeeds): Summary['unlock'] {
  const flags = new Map<string, number>()
  for (const result of results) {
    const flag = flagOf(result, cases)
    if (flag) flags.set(flag, (flags.get(flag) ?? 0) + 1)
  }
  return [...flags].map(([flag, count]) => ({ flag, requirements: count }))
}
