import { beforeAll, describe, test, type TestContext } from 'vitest'
import { HarnessError } from '../harness/errors.ts'
import { quoted } from '../harness/report/repeat-command.ts'
import type { Level } from '../harness/verdict.ts'
import { check } from './check.ts'
import { isExpired, readKnownFailures, type KnownFailure, type KnownFailuresOptions } from './known-failures.ts'
import type { ConformanceOptions } from './options.ts'
import { plannedTests, type PlannedTest, type PlannedTests } from './planned-tests.ts'
import { PlayedRun, type TestResult } from './played-run.ts'
import { budgetOf, readCases } from './read-options.ts'
import { repeatOf } from './repeat.ts'

export type { KnownFailure } from './known-failures.ts'
export type { ConformanceOptions } from './options.ts'
export type { FetchHandler } from './fetch-handler.ts'
export type { GivenTarget, NodeListener, StartedTarget } from './target.ts'

export interface DescribeOptions extends ConformanceOptions, KnownFailuresOptions {
  /** Name of the outer `describe`. Default: role and profile. */
  readonly name?: string
  /** The lowest level whose failure fails a test; a failure below it is a remark. Default `must`. */
  readonly level?: 'must' | 'should' | 'may'
}

/** What starting, attaching and closing may take beside the budget of the run. */
const beside = { budgetMs: 60_000, abortMs: 45_000, hookMs: 60_000 }

/**
 * A conformance run as tests of vitest: a `describe` for each suite, a test for each case.
 *
 * The run is played once, before the first test. A test fails for a MUST that is not kept or could not be proven, is skipped with
 * the reason where nothing applies, and expects to fail where the failure is known. A target that cannot be measured fails
 * one test and skips the others. Options that do not fit fail the file.
 */
export function describeConformance(options: DescribeOptions): void {
  const { role, profile = 'event-delivery' } = options
  describe(options.name ?? `conformance of a ${role}, profile ${typeof profile === 'string' ? profile : profile.name}`, () => collect(options).catch(refuse))
}

async function collect(options: DescribeOptions): Promise<void> {
  const { role, profile, selection } = await readCases(options)
  const plan = plannedTests(role, profile, selection)
  const known = (await readKnownFailures(options)).filter((entry) => entry.case.startsWith(`${role}-`))
  const budgetMs = budgetOf(options) ?? beside.budgetMs
  const today = new Date().toISOString().slice(0, 10)
  const level: Level = levels[options.level ?? 'must']
  let played: PlayedRun | undefined
  const read = (): PlayedRun => {
    if (played) return played
    throw new TypeError('a test reads the run after it was played')
  }

  beforeAll(async () => {
    const signal = AbortSignal.timeout(budgetMs + beside.abortMs)
    const outcome = await check({ ...options, profile, signal }).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    played = new PlayedRun(outcome, { level, today, repeat: repeatOf(options) ?? ((caseId) => `npx vitest run -t ${quoted(caseId)}`) })
  }, budgetMs + beside.hookMs)

  test('the target can be measured', (context) => give(context, read().measured(context.task.id)))
  if (known.length > 0) declareList(known, plan, read)
  const excused = known.filter((entry) => !isExpired(entry, today))
  for (const suite of plan.suites) {
    describe(`${suite.id}: ${suite.title}`, () => {
      for (const each of suite.cases) declareCase(each, excused, read)
    })
  }
}

const levels: Readonly<Record<NonNullable<DescribeOptions['level']>, Level>> = { must: 'MUST', should: 'SHOULD', may: 'MAY' }

function declareList(known: readonly KnownFailure[], { judges }: PlannedTests, read: () => PlayedRun): void {
  const there = known.filter((entry) => judges(entry.case, entry.requirement))
  const gone = known.filter((entry) => !there.includes(entry))
  test('the known failures are what their list says', (context) => give(context, read().listed(context.task.id, there, gone)))
}

/** A test for the rules that have to hold, and one for each rule that is known not to. */
function declareCase({ id, title, requirements }: PlannedTest, excused: readonly KnownFailure[], read: () => PlayedRun): void {
  const own = excused.filter((entry) => entry.case === id && requirements.includes(entry.requirement))
  const rest = requirements.filter((rule) => !own.some(({ requirement }) => requirement === rule))
  if (rest.length > 0) test(`${id}: ${title}`, (context) => give(context, read().judged(context.task.id, id, rest)))
  for (const entry of own) {
    test.fails(`${id}: known not to keep ${entry.requirement} until ${entry.expires}: ${entry.reason}`, (context) => give(context, read().known(context.task.id, entry)))
  }
}

async function give(context: TestContext, result: TestResult): Promise<void> {
  if (result.kind === 'skipped') return void context.skip(result.reason)
  if (result.kind === 'failed') throw notConformant(result.text, result.cause)
  for (const remark of result.remarks) await annotate(context, remark)
}

/** A remark of a test that passes, where this vitest has a place for it (3.2), else on standard error. */
async function annotate(context: TestContext, remark: string): Promise<void> {
  if ('annotate' in context) await context.annotate(remark, 'warning')
  else console.warn(remark)
}

/** An error whose text is all there is to say: no line of the harness is of use to its reader. */
function notConformant(text: string, cause: unknown): Error {
  const error = new Error(text, cause === undefined ? undefined : { cause })
  error.name = 'NotConformant'
  error.stack = `${error.name}: ${text}`
  return error
}

function refuse(error: unknown): never {
  if (error instanceof HarnessError) throw new Error(`${error.message}\ncure: ${error.cure}`, { cause: error })
  throw error
}
