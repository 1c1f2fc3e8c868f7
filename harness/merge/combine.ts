import type { Judged } from '../judged.ts'
import type { Diagnosis, Verdict } from '../report/report.ts'
import type { Unmet } from '../roles/need.ts'
import type { Candidate } from '../select.ts'
import { severity } from '../verdict.ts'

/** What one part of a merged run says. */
export interface JudgedPart {
  readonly part: string
  readonly judged: Judged
}

/**
 * What the parts say together. Where several judged the same rule by the same case, the worst verdict counts, and says what the
 * others found: no second run makes a failure green. Between verdicts of one outcome it is that of the later part.
 */
export function combined(parts: readonly JudgedPart[]): Judged {
  const candidates = parts[0]?.judged.candidates ?? []
  const found = new Map<string, Found[]>()
  for (const { part, judged } of parts) for (const verdict of judged.verdicts) found.set(keyOf(verdict), [...(found.get(keyOf(verdict)) ?? []), { part, judged, verdict }])
  const missing = candidates.filter((candidate) => !found.has(keyOf(candidate)))
  return {
    verdicts: candidates.flatMap((candidate) => worstOf(found.get(keyOf(candidate)) ?? [])),
    candidates,
    skipped: missing.map((candidate) => ({ case: candidate.case, requirement: candidate.requirement, reason: skippedBy(candidate, parts) })),
    whole: missing.every(({ level }) => level !== 'MUST'),
    lacking: lackingOf(found),
    diagnoses: diagnosesOf(parts),
  }
}

interface Found extends JudgedPart {
  readonly verdict: Verdict
}

function worstOf(found: readonly Found[]): readonly Verdict[] {
  const worst = found.toSorted((a, b) => gravity(b) - gravity(a) || found.indexOf(b) - found.indexOf(a))[0]
  if (!worst) return []
  const others = found.filter(({ verdict }) => verdict.outcome !== worst.verdict.outcome && verdict.outcome !== 'inapplicable')
  if (others.length === 0) return [{ ...worst.verdict, part: worst.part }]
  const verdict: Verdict = { ...worst.verdict, part: worst.part, disputed: true }
  // In parentheses: the code of a failure leaves them out, so that it is the same with and without other parts.
  const note = `(in part ${worst.part}; ${others.map(({ part, verdict: { outcome } }) => `${outcome} in ${part}`).join(', ')})`
  return [verdict.reason === undefined ? { ...verdict, saw: `${verdict.saw} ${note}` } : { ...verdict, reason: `${verdict.reason} ${note}` }]
}

/** A case that a flag would let be judged weighs less than one that the profile rules out. */
function gravity({ verdict, judged }: Found): number {
  return severity(verdict.outcome) - (judged.lacking.get(verdict.case)?.unmet?.flag === undefined ? 0 : 0.5)
}

function skippedBy({ case: id, requirement }: Candidate, parts: readonly JudgedPart[]): string {
  const reasons = parts.flatMap(({ judged }) => judged.skipped.find((each) => each.case === id && each.requirement === requirement)?.reason ?? [])
  return [...new Set(reasons)].join('; ')
}

/** A case lacks something when it does so in every part that was to judge it. */
function lackingOf(found: ReadonlyMap<string, readonly Found[]>): Judged['lacking'] {
  const byCase = new Map<string, (Unmet | undefined)[]>()
  for (const { judged, verdict } of [...found.values()].flat()) byCase.set(verdict.case, [...(byCase.get(verdict.case) ?? []), judged.lacking.get(verdict.case)?.unmet])
  return new Map(
    [...byCase].map(([id, unmet]) => {
      const lacked = unmet.flatMap((each) => each ?? [])
      const told = lacked.length < unmet.length ? undefined : (lacked.find(({ flag }) => flag === undefined) ?? lacked[0])
      return [id, told ? { unmet: told } : {}]
    }),
  )
}

/** Each diagnosis once, with the cases of all parts that show it. */
function diagnosesOf(parts: readonly JudgedPart[]): readonly Diagnosis[] {
  const byCode = new Map<string, Diagnosis>()
  for (const diagnosis of parts.flatMap(({ judged }) => judged.diagnoses)) {
    const first = byCode.get(diagnosis.code)
    byCode.set(diagnosis.code, first ? { ...first, cases: [...new Set([...first.cases, ...diagnosis.cases])] } : diagnosis)
  }
  return [...byCode.values()]
}

function keyOf({ case: id, requirement }: { readonly case: string; readonly requirement: string }): string {
  return `${id} ${requirement}`
}
