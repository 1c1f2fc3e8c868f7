import { discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Report, Verdict } from '../../harness/report/report.ts'
import { run, type RunResult } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { seededRandom } from '../../harness/random.ts'
import { suites } from '../../suites/index.ts'
import type { Subject } from './receiver-server.ts'

/** A receiver that a run can be pointed at. */
export type Start = (secret: string) => Promise<Subject>

/** Runs every suite against a fresh subject on real time, with effects and faults, and closes it. */
export async function measure(profileName: string, start: Start): Promise<RunResult> {
  const profile = await loadProfile(profileName)
  const { signing } = generateSecret(profile.signature, seededRandom(7, profileName))
  const subject = await start(signing)
  try {
    const control = await discoverControl(subject.url, { headers: [], clock: liveClock() })
    if (control === undefined) throw new Error('the subject offers no control API')
    return await run({ role: 'consumer', target: { kind: 'url', url: subject.url }, profile, keys: { secrets: [signing] }, suites, control })
  } finally {
    await subject.close()
  }
}

/** Cases with a failed verdict under the requirement that they fail, in the order of the report. */
export function failures({ verdicts }: Report): Readonly<Record<string, readonly string[]>> {
  const failed: Record<string, string[]> = {}
  for (const { requirement, case: id } of verdicts.filter(({ outcome }) => outcome === 'failed')) (failed[requirement] ??= []).push(id)
  return failed
}

/** Verdicts that say neither yes nor no nor why not: faults of the harness, and everything unproven. */
export function unsettled({ verdicts }: Report): readonly string[] {
  const open = (verdict: Verdict) => verdict.outcome === 'faulted' || verdict.outcome === 'unproven' || (verdict.outcome === 'inapplicable' && !verdict.reason)
  return verdicts.filter(open).map(({ case: id, requirement, outcome, reason }) => `${id} ${requirement}: ${outcome} (${reason ?? 'no reason'})`)
}
