import { readFile } from 'node:fs/promises'
import { HarnessError } from '../harness/errors.ts'
import { readBaseline } from '../harness/gate/read-baseline.ts'
import type { Verdict } from '../harness/report/report.ts'

/** A failure that is known, and until when. */
export interface KnownFailure {
  readonly requirement: string
  readonly case: string
  readonly reason: string
  /** The last day on which it is excused, `YYYY-MM-DD`, UTC. */
  readonly expires: string
  /** The failure that is expected, as `code` of the verdict says it. Left out: any failure. */
  readonly code?: string
  /** Where the repair is tracked. */
  readonly issue?: string
}

export interface KnownFailuresOptions {
  readonly knownFailures?: readonly KnownFailure[]
  /** The file that `conformance run --update-baseline` wrote. */
  readonly baseline?: string | URL
}

/** The known failures, from the list or the file. @throws HarnessError `bad-baseline`, `usage` for both at once. */
export async function readKnownFailures({ knownFailures, baseline }: KnownFailuresOptions): Promise<readonly KnownFailure[]> {
  if (baseline === undefined) return (knownFailures ?? []).map(checked)
  if (knownFailures !== undefined) throw new HarnessError('usage', 'knownFailures and baseline are both given', 'keep one of them')
  const text = await readFile(baseline, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('bad-baseline', `the baseline ${String(baseline)} cannot be read`, 'correct the path, or write the file with conformance run --baseline FILE --update-baseline', { cause })
  })
  return (await readBaseline(text, String(baseline))).entries
}

/**
 * What became of a known failure. `known`: it is there, as expected. `passed`, `differs` and `expired` make the list stale;
 * `not-judged`: there was nothing to judge in this run.
 */
export type KnownState = 'known' | 'passed' | 'differs' | 'expired' | 'not-judged'

export function knownState(entry: KnownFailure, verdict: Verdict | undefined, today: string): KnownState {
  if (verdict === undefined || verdict.outcome === 'inapplicable') return 'not-judged'
  if (verdict.outcome === 'passed') return 'passed'
  if (isExpired(entry, today)) return 'expired'
  return verdict.outcome !== 'faulted' && (entry.code === undefined || entry.code === verdict.code) ? 'known' : 'differs'
}

export function isExpired({ expires }: KnownFailure, today: string): boolean {
  return today > expires
}

/** What is wrong with an entry of the list and what to do about it; undefined while it is right. */
export function staleWords(entry: KnownFailure, state: KnownState | 'gone', verdict: Verdict | undefined): string | undefined {
  const name = `${entry.case} ${entry.requirement}`
  switch (state) {
    case 'passed':
      return `${name} passes now: take the entry out`
    case 'differs':
      return `${name} fails in another way, ${verdict?.code ?? 'without a code'} instead of ${entry.code ?? 'a failure'}: look at it, and write its code if it is to be excused`
    case 'expired':
      return `${name} was excused until ${entry.expires}: repair it, or set a later day`
    case 'gone':
      return `${name} is not judged by this version of the suites under this profile: correct the names, or take the entry out`
    default:
      return undefined
  }
}

function checked(entry: KnownFailure): KnownFailure {
  const { requirement, case: id, reason, expires } = entry
  const isDay = /^\d{4}-\d\d-\d\d$/.test(expires) && !Number.isNaN(Date.parse(expires))
  if (reason.trim() === '' || !isDay) {
    throw new HarnessError('bad-baseline', `the known failure ${id} ${requirement} has no reason, or no day on which it ends`, "say why it is excused, and until when: expires: '2030-12-31'")
  }
  return entry
}
