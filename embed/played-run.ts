import { HarnessError } from '../harness/errors.ts'
import { inert } from '../harness/report/inert.ts'
import type { Verdict } from '../harness/report/report.ts'
import type { RunResult } from '../harness/run.ts'
import type { Level } from '../harness/verdict.ts'
import { headline, verdictTexts } from './failure-text.ts'
import { knownState, staleWords, type KnownFailure } from './known-failures.ts'

/** What a test of any runner comes to. */
export type TestResult =
  | { readonly kind: 'passed'; readonly remarks: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string; readonly cause?: unknown }
  | { readonly kind: 'skipped'; readonly reason: string }

/** How a run is read. */
export interface Reading {
  /** The lowest level whose failure fails a test. */
  readonly level: Level
  /** The command that plays a case again. */
  readonly repeat: (caseId: string) => string
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string
}

/** Why nothing more can be said. */
interface Hindrance {
  readonly fact: string
  readonly cure: string
  readonly cause?: unknown
}

const levels: readonly Level[] = ['MUST', 'SHOULD', 'MAY']

/**
 * A run that was played once, and what each test reads from it.
 *
 * What kept the run from measuring is told by one test, the first that asks, and by that one again when it is retried; every
 * other one is skipped. So a dead target is one failure, under any filter of names, and nothing of it is green.
 */
export class PlayedRun {
  readonly #reading: Reading
  readonly #result: RunResult | undefined
  readonly #hindrance: Hindrance | undefined
  readonly #text: (verdicts: readonly Verdict[]) => string
  #teller: string | undefined

  /** @param played what the run gave, or what it threw. */
  constructor(played: { readonly result: RunResult } | { readonly error: unknown }, reading: Reading) {
    this.#reading = reading
    this.#result = 'result' in played ? played.result : undefined
    this.#hindrance = 'result' in played ? hindranceOf(played.result) : faultOf(played.error)
    this.#text = this.#result ? verdictTexts(this.#result, reading.repeat) : () => ''
  }

  /** Whether the target could be measured at all, and to the end. `test` tells this test from every other. */
  measured(test: string): TestResult {
    const died = this.#result?.report.summary.conformant === true ? undefined : this.#obstacle
    const hindrance = this.#hindrance ?? died
    return hindrance ? this.#tell(test, hindrance) : { kind: 'passed', remarks: [] }
  }

  /** The verdicts of one case on these rules. */
  judged(test: string, caseId: string, requirements: readonly string[]): TestResult {
    if (this.#hindrance) return this.#tell(test, this.#hindrance)
    const verdicts = requirements.flatMap((rule) => this.#verdict(caseId, rule) ?? [])
    const bad = verdicts.filter((verdict) => this.#counts(verdict))
    // What a dead target left open says nothing of the case.
    if (this.#obstacle && bad.length > 0 && bad.every(({ outcome }) => outcome === 'unproven')) return this.#tell(test, this.#obstacle)
    if (bad.length > 0) return { kind: 'failed', text: this.#text(bad) }
    const remarks = verdicts.filter(({ outcome }) => outcome === 'failed').map(headline)
    if (remarks.length > 0 || verdicts.some(({ outcome }) => outcome === 'passed')) return { kind: 'passed', remarks }
    return { kind: 'skipped', reason: inert(verdicts[0]?.reason ?? 'the run gave no verdict on it') }
  }

  /** A failure that is known: `failed` is what is expected of it. */
  known(test: string, entry: KnownFailure): TestResult {
    if (this.#hindrance) return this.#expectedToFail(test, this.#hindrance)
    const verdict = this.#verdict(entry.case, entry.requirement)
    const state = knownState(entry, verdict, this.#reading.today)
    if (state === 'not-judged' || !verdict) return { kind: 'skipped', reason: inert(verdict?.reason ?? 'the run gave no verdict on it') }
    return state === 'known' ? { kind: 'failed', text: this.#text([verdict]) } : { kind: 'passed', remarks: [staleWords(entry, state, verdict) ?? state] }
  }

  /** Whether the list of known failures still says what is the case; `gone` are entries that no case answers to. */
  listed(test: string, entries: readonly KnownFailure[], gone: readonly KnownFailure[]): TestResult {
    if (this.#hindrance) return this.#tell(test, this.#hindrance)
    const stale = [
      ...gone.map((entry) => staleWords(entry, 'gone', undefined)),
      ...entries.map((entry) => {
        const verdict = this.#verdict(entry.case, entry.requirement)
        return staleWords(entry, knownState(entry, verdict, this.#reading.today), verdict)
      }),
    ].filter((words) => words !== undefined)
    return stale.length > 0 ? { kind: 'failed', text: `the list of known failures is stale\n${stale.map((words) => inert(words)).join('\n')}` } : { kind: 'passed', remarks: [] }
  }

  get #obstacle(): Hindrance | undefined {
    return this.#result?.report.summary.obstacle
  }

  #verdict(caseId: string, rule: string): Verdict | undefined {
    return this.#result?.report.verdicts.find((verdict) => verdict.case === caseId && verdict.requirement === rule)
  }

  #counts({ outcome, level, provisional }: Verdict): boolean {
    if (outcome === 'faulted') return true
    return (outcome === 'failed' || outcome === 'unproven') && !provisional && levels.indexOf(level) <= levels.indexOf(this.#reading.level)
  }

  #tell(test: string, { fact, cure, cause }: Hindrance): TestResult {
    this.#teller ??= test
    if (this.#teller !== test) return { kind: 'skipped', reason: `the target could not be measured: ${inert(fact)}` }
    return { kind: 'failed', text: `the target could not be measured: ${inert(fact, 1000)}\ncure: ${inert(cure, 1000)}`, ...(cause === undefined ? {} : { cause }) }
  }

  /** To fail is green where a failure is expected, so that the one that tells must not. */
  #expectedToFail(test: string, hindrance: Hindrance): TestResult {
    const told = this.#tell(test, hindrance)
    return told.kind === 'failed' ? { kind: 'passed', remarks: [told.text] } : told
  }
}

function hindranceOf({ report: { summary } }: RunResult): Hindrance | undefined {
  if (summary.obstacle && summary.obstacle.code !== 'died') return summary.obstacle
  return summary.measured === 0 ? { fact: 'no rule was measured', cure: 'widen the selection, or give what the rules need, such as a control API' } : undefined
}

function faultOf(error: unknown): Hindrance {
  if (error instanceof HarnessError) return { fact: error.message, cure: error.cure }
  return { fact: error instanceof Error ? error.message : String(error), cure: 'look at the error below: it is from what starts the target, or from the harness itself', cause: error }
}
