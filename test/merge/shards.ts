import { loadProfile } from '../../harness/profile/load.ts'
import { seededRandom } from '../../harness/random.ts'
import type { Report } from '../../harness/report/report.ts'
import { run, type RunResult } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { consumer } from '../../reference/consumer.ts'
import type { ConsumerParts } from '../../reference/consumer/parts.ts'
import { suites } from '../../suites/index.ts'

export interface ShardOptions {
  readonly parts?: Partial<ConsumerParts>
  readonly profile?: string
  readonly name?: string
  /** Without its control API. */
  readonly bare?: boolean
}

/** A run of the reference consumer, or of one with other parts, that plays what the patterns name. */
export async function shard(only: readonly string[], { parts = {}, profile: profileName = 'event-delivery', name = 'reference', bare = false }: ShardOptions = {}): Promise<RunResult> {
  const profile = await loadProfile(profileName)
  const secret = generateSecret(profile.signature, seededRandom(7, 'merge'))
  return run({
    role: 'consumer',
    profile,
    suites,
    selection: { only, skip: [], levels: [] },
    keys: { secrets: [secret.signing] },
    target: {
      kind: 'in-process',
      name: 'reference',
      handler: (clock) => {
        const whole = consumer({ profile, name, keys: { secrets: [secret.verifying] }, clock, parts })
        return async (request, response) => {
          if (bare && request.url !== '/webhook') response.writeHead(404).end()
          else await whole(request, response)
        }
      },
    },
  })
}

export function verdictOf({ verdicts }: Report, caseId: string, requirement: string): Report['verdicts'][number] {
  const found = verdicts.find((each) => each.case === caseId && each.requirement === requirement)
  if (!found) throw new Error(`there is no verdict on ${requirement} by ${caseId}`)
  return found
}
