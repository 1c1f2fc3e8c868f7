import { createHash } from 'node:crypto'
import type { Report, RequirementResult } from '../report/report.ts'

/** The name of the file that holds the attestation of a folder. */
export const attestationFile = 'attestation.dsse.json'

/** Where the facts of the run stand in the predicate: a member that readers of other suites ignore. */
export const runMember = 'urn:event-delivery-conformance:run'

/** An artefact by name and digest (in-toto, "ResourceDescriptor"). */
export interface Descriptor {
  readonly name: string
  readonly uri?: string
  readonly digest?: { readonly sha256: string }
}

/** An in-toto Statement v1 with the predicate `test-result` v0.1. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly Descriptor[]
  readonly predicateType: 'https://in-toto.io/attestation/test-result/v0.1'
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED'
    readonly configuration: readonly Descriptor[]
    /** Rules, not cases. */
    readonly passedTests: readonly string[]
    readonly warnedTests: readonly string[]
    readonly failedTests: readonly string[]
    readonly [runMember]: AttestedRun
  }
}

/** What the suite itself has to say of a run, beside the test result. */
export interface AttestedRun {
  /** RFC 3339: from then on the statement is refused. */
  readonly expiresAt: string
  readonly finishedAt: string
  readonly conformant: boolean | null
  readonly claim: 'full' | 'partial'
  readonly measured: number
  readonly total: number
  readonly suite: Report['suite']
  readonly target: Report['target']
  readonly clock: Report['run']['clock']
  readonly seed: number
}

/**
 * The statement on a report and the artefacts beside it, in the order of their names.
 *
 * `PASSED` is a full claim with every rule kept; `WARNED` conformant with a rule below MUST broken or some MUST not
 * measured; everything else is `FAILED`, a failure that a baseline excuses among it.
 */
export function statementOf(report: Report, artefacts: ReadonlyMap<string, string | Uint8Array>, expiresAt: string): Statement {
  const { suite, target, run, summary, requirements, baseline } = report
  const rules = (wanted: (rule: RequirementResult) => boolean) => requirements.filter((rule) => rule.provisional !== true && wanted(rule)).map(({ id }) => id)
  const warned = rules(({ level, outcome }) => level !== 'MUST' && outcome === 'failed')
  const whole = summary.claim === 'full' && warned.length === 0
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...artefacts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => ({ name, digest: { sha256: createHash('sha256').update(content).digest('hex') } })),
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: summary.conformant !== true ? 'FAILED' : whole ? 'PASSED' : 'WARNED',
      configuration: [
        { name: 'specification', uri: `pkg:npm/${suite.name}@${suite.version}`, ...digest(suite.specHash) },
        { name: 'requirement-set', ...digest(suite.requirementSet) },
        { name: `profile ${target.profile}`, ...digest(target.profileHash) },
        ...(baseline ? [{ name: 'baseline', ...digest(baseline.digest) }] : []),
      ],
      passedTests: rules(({ outcome }) => outcome === 'passed'),
      warnedTests: warned,
      failedTests: rules(({ level, outcome }) => outcome === 'faulted' || (level === 'MUST' && (outcome === 'failed' || outcome === 'unproven'))),
      [runMember]: {
        expiresAt,
        finishedAt: run.finishedAt,
        conformant: summary.conformant,
        claim: summary.claim,
        measured: summary.measured,
        total: summary.total,
        suite,
        target,
        clock: run.clock,
        seed: run.seed,
      },
    },
  }
}

/** The end of a statement on a run, RFC 3339. */
export function expiryOf({ run }: Report, validForMs: number): string {
  return new Date(Date.parse(run.finishedAt) + validForMs).toISOString()
}

function digest(text: string): Pick<Descriptor, 'digest'> {
  return text.startsWith('sha256:') ? { digest: { sha256: text.slice('sha256:'.length) } } : {}
}
