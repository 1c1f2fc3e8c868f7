import { loadProfile } from '../../harness/profile/load.ts'
import { seededRandom } from '../../harness/random.ts'
import type { RoleName } from '../../harness/role.ts'
import { run } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import type { Report, Verdict } from '../../harness/report/report.ts'
import { consumer } from '../../reference/consumer.ts'
import { requirements, type RequirementId } from '../../spec/requirements.ts'
import { suites } from '../../suites/index.ts'
import type { BrokenConsumer } from './broken-consumer.ts'
import { brokenConsumers } from './index.ts'

/** What the suite found in one broken target. */
export interface Kill {
  /** File name of the target: what is wrong with it. */
  readonly target: string
  readonly fault: string
  readonly profile: string
  readonly requirement: RequirementId
  /** Cases of its own rule that failed it. */
  readonly killedBy: readonly string[]
  /** The finding that killed it, as a report tells it. */
  readonly finding: string
  /** Other MUST rules that failed too, and that the target declares. */
  readonly alsoFailed: readonly string[]
  /** What is not as it has to be; empty for a clean kill. */
  readonly problems: readonly string[]
}

/** The honest twin of every broken target: the same parts, none replaced. */
export async function runReference(profileName: string, parts: BrokenConsumer['parts'] = () => ({})): Promise<Report> {
  const profile = await loadProfile(profileName)
  const secret = generateSecret(profile.signature, seededRandom(11, profileName))
  const { report } = await run({
    role: 'consumer',
    profile,
    suites,
    keys: { secrets: [secret.signing] },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: [secret.verifying] }, clock, parts: parts() }) },
  })
  return report
}

export async function killOf(target: string, broken: BrokenConsumer): Promise<Kill> {
  return killIn(await runReference(broken.profile, broken.parts), target, broken)
}

/** What one report says of the broken target that it is about. */
export function killIn(report: Report, target: string, broken: Omit<BrokenConsumer, 'parts'>): Kill {
  const failed = report.verdicts.filter(({ outcome }) => outcome === 'failed')
  const own = failed.filter(({ requirement }) => requirement === broken.requirement)
  const declared = new Set<string>(broken.alsoFails.map(({ requirement }) => requirement))
  const others = new Set(failed.filter(({ requirement, level }) => level === 'MUST' && requirement !== broken.requirement).map(({ requirement }) => requirement))
  const finding = own.map(textOf).find((text) => broken.message.test(text)) ?? own.map(textOf)[0] ?? ''
  const faulted = report.verdicts.filter(({ outcome }) => outcome === 'faulted')
  return {
    target,
    fault: broken.fault,
    profile: broken.profile,
    requirement: broken.requirement,
    killedBy: own.map((verdict) => verdict.case),
    finding: withoutPaths(finding),
    alsoFailed: [...others].filter((requirement) => declared.has(requirement)),
    problems: [
      ...(own.length === 0 ? [`its own rule did not fail it: ${whyNot(report, broken.requirement)}`] : []),
      ...(own.length > 0 && !broken.message.test(finding) ? [`the finding "${finding}" does not match ${String(broken.message)}`] : []),
      ...[...others].filter((requirement) => !declared.has(requirement)).map((requirement) => `${requirement} failed too: ${failed.filter((verdict) => verdict.requirement === requirement).map(textOf)[0] ?? ''}`),
      ...faulted.map((verdict) => `${verdict.case} faulted`),
    ],
  }
}

/** Every broken target against the whole suite. */
export async function killMatrix(): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  for (const [target, broken] of Object.entries(brokenConsumers)) kills.push(await killOf(target, broken))
  return kills
}

/** Requirements of a role that a case can prove and that no broken target is there for. */
export function withoutBrokenTarget(name: RoleName = 'consumer', targets: readonly Pick<BrokenConsumer, 'requirement'>[] = Object.values(brokenConsumers)): readonly RequirementId[] {
  const covered = new Set(targets.map(({ requirement }) => requirement))
  return requirements.filter(({ role, status, id }) => role === name && status === 'active' && !covered.has(id)).map(({ id }) => id)
}

/** Paths of this machine are no part of a finding. */
function withoutPaths(text: string): string {
  return text.replace(/file:\/\/[^\s"')]+/g, '…').replace(/\/[^\s"')]+:\d+:\d+/g, '…').replace(/\d{5}\//g, '…/')
}

function textOf(verdict: Verdict): string {
  return `${verdict.case}: expected ${verdict.expected}, saw ${verdict.saw}`
}

function whyNot(report: Report, requirement: string): string {
  return report.verdicts.filter((verdict) => verdict.requirement === requirement).map((verdict) => `${verdict.case} ${verdict.outcome}${verdict.reason ? ` (${verdict.reason})` : ''}`).join('; ').slice(0, 400)
}
