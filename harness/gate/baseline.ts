import type { Day, Digest, FailureCode } from '../scalars.ts'

/** A failure that is known, and until when it is excused. */
export interface BaselineEntry {
  /**
   * The rule.
   *
   * @minLength 1
   */
  readonly requirement: string
  /**
   * The case that shows the failure.
   *
   * @minLength 1
   */
  readonly case: string
  /**
   * The failure that is expected, as `code` of the verdict says it.
   *
   * @minLength 1
   */
  readonly code: string
  /**
   * Why it is excused.
   *
   * @minLength 1
   */
  readonly reason: string
  /**
   * Where the repair is tracked.
   *
   * @format uri
   * @pattern ^https?:
   */
  readonly issue?: string
  /** The last day on which the entry counts. */
  readonly expires: Day
}

/** What `--baseline` reads and `--update-baseline` writes. */
export interface BaselineFile {
  /** For editors. */
  readonly $schema?: string
  readonly baseline: 1
  readonly entries: readonly BaselineEntry[]
}

/** The known failures of a target: what a gate excuses, each entry with reason and end. */
export interface Baseline {
  /** Of the file. */
  readonly digest: Digest
  readonly entries: readonly BaselineEntry[]
}

/**
 * What a run says about one entry. `known`: the failure is there, as expected. `passed`, `differs`, `expired` and `gone` (no
 * such case, or it is no evidence for that rule) make the baseline stale. `not-judged`: left out by the selection, not
 * applicable in this run, or of another role.
 */
export type EntryState = 'known' | 'passed' | 'differs' | 'expired' | 'gone' | 'not-judged'

/** An entry as a run found it. */
export interface FoundEntry extends BaselineEntry {
  readonly state: EntryState
  /** The failure that is there instead of the expected one. */
  readonly found?: FailureCode
}

/** The baseline of a run, as its report carries it. */
export interface BaselineInForce {
  readonly digest: Digest
  readonly entries: readonly FoundEntry[]
}

const staleStates: readonly EntryState[] = ['passed', 'differs', 'expired', 'gone']

/** The entries that no longer say what is the case. */
export function staleEntries(baseline: BaselineInForce | undefined): readonly FoundEntry[] {
  return (baseline?.entries ?? []).filter(({ state }) => staleStates.includes(state))
}

/** What is wrong with a stale entry, and what to do about it. */
export function staleWords({ case: id, requirement, code, expires, state, found }: FoundEntry): { readonly fact: string; readonly cure: string } {
  const name = `${id} ${requirement}`
  switch (state) {
    case 'passed':
      return { fact: `${name} passes now`, cure: 'take the entry out: --update-baseline does' }
    case 'differs':
      return { fact: `${name} fails in another way: ${found ?? 'unknown'} instead of ${code}`, cure: 'look at the failure; if it is to be excused, --update-baseline writes its code' }
    case 'expired':
      return { fact: `${name} was excused until ${expires}`, cure: 'repair it, or set a later date by hand' }
    default:
      return { fact: `${name} is not judged by this version of the suite`, cure: 'correct the names, or take the entry out: --update-baseline does' }
  }
}

/** Entries in the order of the file: by requirement, then case. */
export function sortedEntries<T extends BaselineEntry>(entries: readonly T[]): readonly T[] {
  const key = ({ requirement, case: id }: T) => `${requirement} ${id}`
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

/** The file of a baseline: JSON, sorted, with a final line feed. */
export function renderBaseline(entries: readonly BaselineEntry[]): string {
  const written = sortedEntries(entries).map(({ requirement, case: id, code, reason, issue, expires }) => ({ requirement, case: id, code, reason, ...(issue === undefined ? {} : { issue }), expires }))
  const file: BaselineFile = { baseline: 1, entries: written }
  return `${JSON.stringify(file, null, 2)}\n`
}
