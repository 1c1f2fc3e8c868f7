import type { Diagnosis, Verdict } from '../../report/report.ts'
import { meaningOf } from './seen.ts'
import type { Witness } from './witness.ts'

/**
 * Causes that explain several verdicts at once, most telling first.
 *
 * A diagnosis is an aid for the reader and changes no verdict.
 */
export function diagnose(verdicts: readonly Verdict[], cases: ReadonlyMap<string, unknown>, witnessed: Witness): readonly Diagnosis[] {
  return [rawBodyTrap(verdicts, cases, witnessed), wrongSecretOrProfile(verdicts, witnessed), noReceiverThere(witnessed), acceptsForged(witnessed)].filter((one) => one !== undefined)
}

const spellingPrefix = 'consumer-body/spelled-'
/** What else comes out wrong when the bytes that arrived are not those that are verified. */
const sameCause: ReadonlySet<string> = new Set([
  'consumer-signature/body-space-added',
  'consumer-signature/body-letter-escaped',
  'consumer-body/leading-space',
  'consumer-body/trailing-newline',
])

/** Bodies that change under parse and stringify are refused while others are accepted. */
function rawBodyTrap(verdicts: readonly Verdict[], cases: ReadonlyMap<string, unknown>, witnessed: Witness): Diagnosis | undefined {
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
    cases: [...refused.map(({ id }) => id), ...verdicts.filter(({ outcome, case: id }) => outcome === 'failed' && sameCause.has(id)).map(({ case: id }) => id)],
  }
}

/** Everything is refused, the untouched delivery too. */
function wrongSecretOrProfile(verdicts: readonly Verdict[], { baseline }: Witness): Diagnosis | undefined {
  const { untouched, forged } = baseline
  if (untouched?.meaning !== 'refused' || forged?.meaning !== 'refused') return undefined
  if (verdicts.some((verdict) => verdict.case.startsWith(spellingPrefix) && verdict.outcome === 'passed')) return undefined
  if (untouched.status === 404 || untouched.status === 405) {
    return {
      code: 'untouched-refused',
      fact: `The target has nothing that takes deliveries there: it answered ${untouched.status} to a correctly signed one.`,
      cure: 'Give --target the whole URL of the webhook, path included.',
      cases: ['consumer-signature/untouched'],
    }
  }
  return {
    code: 'untouched-refused',
    fact: `The target refused a correctly signed delivery (${untouched.status}) like a forged one (${forged.status}).`,
    cure: 'Check that --secret is the target’s secret, that --profile is its signature scheme, and that the URL is the webhook path. If all three are right, the target refuses what it should accept.',
    cases: ['consumer-signature/untouched'],
  }
}

/** Whatever is there takes no delivery: it points elsewhere, or fails before it can say anything about the delivery. */
function noReceiverThere({ baseline: { untouched } }: Witness): Diagnosis | undefined {
  if (untouched?.meaning === 'redirected') {
    const to = untouched.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
    return {
      code: 'untouched-redirected',
      fact: `The target answered a correctly signed delivery with a redirect (${untouched.status}${to === undefined ? '' : ` to ${to}`}), which no sender follows.`,
      cure: 'Give --target, and every sender, the URL at its end; a slash at the end, the host name and https are what differs most often.',
      cases: ['consumer-signature/untouched'],
    }
  }
  if (untouched?.meaning !== 'server-error') return undefined
  return {
    code: 'untouched-failed',
    fact: `The target failed on a correctly signed delivery (${untouched.status}).`,
    cure: 'Look at the error in the log of the target: until it answers an untouched delivery, nothing else can be measured.',
    cases: ['consumer-signature/untouched'],
  }
}

/** A forged delivery is acknowledged, so no acceptance means anything. */
function acceptsForged({ baseline }: Witness): Diagnosis | undefined {
  if (baseline.forged?.meaning !== 'accepted') return undefined
  if (baseline.untouched?.meaning === 'refused') {
    return {
      code: 'verdict-inverted',
      fact: `The target refused a correctly signed delivery (${baseline.untouched.status}) and acknowledged a forged one (${baseline.forged.status}).`,
      cure: 'Look at the condition behind the comparison: what matches has to pass, and everything else has to be refused.',
      cases: ['consumer-signature/untouched', 'consumer-signature/forged'],
    }
  }
  if (baseline.untouched?.meaning !== 'accepted') return undefined
  return {
    code: 'forged-accepted',
    fact: `The target acknowledged a delivery signed with a key that is not its own (${baseline.forged.status}): it does not verify signatures.`,
    cure: 'Verify the signature before anything else and answer 401 when it does not match.',
    cases: ['consumer-signature/forged'],
  }
}
