import type { Diagnosis, Verdict } from '../../report/report.ts'
import { meaningOf } from './seen.ts'
import type { Witness } from './witness.ts'

/**
 * Causes that explain several verdicts at once, most telling first.
 *
 * A diagnosis is an aid for the reader and changes no verdict.
 */
export function diagnose(verdicts: readonly Verdict[], cases: ReadonlyMap<string, unknown>, witnessed: Witness): readonly Diagnosis[] {
  return [rawBodyTrap(cases, witnessed), wrongSecretOrProfile(verdicts, witnessed), acceptsForged(witnessed)].filter((one) => one !== undefined)
}

const spellingPrefix = 'consumer-body/spelled-'

/** Bodies that change under parse and stringify are refused while others are accepted. */
function rawBodyTrap(cases: ReadonlyMap<string, unknown>, witnessed: Witness): Diagnosis | undefined {
  const answers = [...cases.keys()]
    .filter((id) => id.startsWith(spellingPrefix) || id === 'consumer-signature/untouched')
    .flatMap((id) => {
      const status = witnessed.exchanges.get(id)?.findLast(({ superseded }) => !superseded)?.reply?.status
      return status === undefined ? [] : [{ id, meaning: meaningOf(status, witnessed.profile) }]
    })
  const accepted = answers.filter(({ meaning }) => meaning === 'accepted')
  const refused = answers.filter(({ meaning }) => meaning === 'refused' || meaning === 'server-error')
  const forged = witnessed.baseline.forged
  if (accepted.length === 0 || refused.length === 0 || forged?.meaning === 'accepted') return undefined
  const statuses = new Set(refused.map(({ id }) => witnessed.exchanges.get(id)?.at(-1)?.reply?.status))
  if (forged?.status !== undefined && !statuses.has(forged.status)) return undefined
  return {
    code: 'reserialised-body',
    fact: 'The target verifies re-serialised JSON: correctly signed bodies were refused because their bytes change under parse and stringify, while bodies that survive it were accepted.',
    cure: 'Verify the bytes as they were received, before any JSON middleware: express.raw({ type: "application/json" }), request.get_data(), await request.text().',
    cases: refused.map(({ id }) => id),
  }
}

/** Everything is refused, the untouched delivery too. */
function wrongSecretOrProfile(verdicts: readonly Verdict[], { baseline }: Witness): Diagnosis | undefined {
  const { untouched, forged } = baseline
  if (untouched?.meaning !== 'refused' || forged?.meaning !== 'refused') return undefined
  if (verdicts.some((verdict) => verdict.case.startsWith(spellingPrefix) && verdict.outcome === 'passed')) return undefined
  return {
    code: 'untouched-refused',
    fact: `The target refused a correctly signed delivery (${untouched.status}) like a forged one (${forged.status}).`,
    cure: 'Check that --secret is the target’s secret, that --profile is its signature scheme, and that the URL is the webhook path. If all three are right, the target refuses what it should accept.',
    cases: ['consumer-signature/untouched'],
  }
}

/** A forged delivery is acknowledged, so no acceptance means anything. */
function acceptsForged({ baseline }: Witness): Diagnosis | undefined {
  if (baseline.forged?.meaning !== 'accepted' || baseline.untouched?.meaning !== 'accepted') return undefined
  return {
    code: 'forged-accepted',
    fact: `The target acknowledged a delivery signed with a key that is not its own (${baseline.forged.status}): it does not verify signatures.`,
    cure: 'Verify the signature before anything else and answer 401 when it does not match.',
    cases: ['consumer-signature/forged'],
  }
}
