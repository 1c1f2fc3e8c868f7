import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { Report } from '../../harness/report/report.ts'
import { run } from '../../harness/run.ts'
import type { ProducerParts } from '../../reference/producer/parts.ts'
import { producer } from '../../reference/producer.ts'
import { suites } from '../../suites/index.ts'
import { killIn, type Kill } from './kill-matrix.ts'
import { brokenProducers } from './producers/index.ts'

/** The reference producer, or one with parts of its own, against the whole suite on the virtual clock. */
export async function runReferenceProducer(profileName: string, parts: () => Partial<ProducerParts> = () => ({}), variant: (profile: Profile) => Profile = (profile) => profile): Promise<Report> {
  const profile = variant(await loadProfile(profileName))
  const { report } = await run({
    role: 'producer',
    profile,
    suites,
    keys: { secrets: [] },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => producer({ profile, clock, parts: parts(), random: halfway }) },
  })
  return report
}

/** Jitter that differs from attempt to attempt and is the same in every run. */
function halfway(): number {
  turn = (turn + 7) % 16
  return turn / 16
}
let turn = 0

/** Every broken producer against the whole suite. */
export async function producerKills(): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  for (const [target, broken] of Object.entries(brokenProducers)) kills.push(killIn(await runReferenceProducer(broken.profile, broken.parts, broken.variant), target, broken))
  return kills
}
