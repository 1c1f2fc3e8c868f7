import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { seededRandom } from '../../harness/random.ts'
import type { Report, Verdict } from '../../harness/report/report.ts'
import { run } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { requirement, type RequirementId } from '../../spec/requirements.ts'
import { suites } from '../../suites/index.ts'
import { startChild } from './child.ts'
import { start as allBadIs400 } from './independent/all-bad-is-400-receiver.ts'
import { acknowledgesForged, brokenReceivers } from './independent/broken-receivers.ts'
import { start as conflict } from './independent/conflict-receiver.ts'
import { start as expressLike } from './independent/express-like-receiver.ts'
import { start as forbidding } from './independent/forbidding-receiver.ts'
import { start as leasing } from './independent/leasing-receiver.ts'
import { start as noContent } from './independent/no-content-receiver.ts'
import { startWith as rateLimited } from './independent/rate-limited-receiver.ts'
import { start as strictSchema } from './independent/strict-schema-receiver.ts'
import { start as worker } from './independent/worker-receiver.ts'
import { unsettled, type Start } from './measure.ts'

const crashing = fileURLToPath(new URL('independent/crashing-receiver.mjs', import.meta.url))

interface HonestReceiver {
  readonly profile: string
  readonly start: Start
  /** Below MUST it may do as it likes, and this is what it does. */
  readonly shoulds?: readonly RequirementId[]
  /** It lets fewer deliveries through than a run has within its budget. */
  readonly throttles?: true
}

const honest: Readonly<Record<string, HonestReceiver>> = {
  'no words at all, only statuses': { profile: 'standard-webhooks', start: noContent },
  'the same 400 in plain text for everything that is bad': { profile: 'hmac-body', start: allBadIs400, shoulds: ['webhook-refusal-error-body'] },
  '403 and problem details, 201 and a receipt': { profile: 'hmac-timestamp', start: forbidding },
  'middleware with the manners of a framework': { profile: 'event-delivery', start: expressLike },
  '409 for a copy of what is being worked on, and connections that stay': { profile: 'standard-webhooks', start: conflict },
  'leases, and parameters in any order': { profile: 'stripe', start: leasing },
  'a thousand requests a minute': { profile: 'slack', start: rateLimited(1000, 60_000), shoulds: ['webhook-handshake-answered'] },
  'forty requests a second': { profile: 'slack', start: rateLimited(40, 1000), shoulds: ['webhook-handshake-answered'] },
  'fifty requests a minute': { profile: 'slack', start: rateLimited(50, 60_000), throttles: true },
  'a closed schema, and no effect for unknown types': { profile: 'event-delivery', start: strictSchema, shoulds: ['event-member-unknown-accepted', 'event-schema-version-accepted'] },
  'a worker with fetch and WebCrypto': { profile: 'github', start: worker },
}

describe.concurrent('honest receivers fail no MUST, and nothing is left open', () => {
  for (const [name, { profile, start, shoulds = [], throttles = false }] of Object.entries(honest)) {
    test(`${name}, by URL and secret alone`, { timeout: 60_000 }, async () => {
      const report = await reportOf(profile, start)
      expect(failedRules(report)).toEqual(shoulds)
      expect(unsettled(report)).toEqual([])
      expect(exitCodeOf(report)).toBe(0)
      expect(report.summary.claim).toBe('partial')
      expect(report.summary.unlock.map(({ flag }) => flag)).toEqual(throttles ? ['--budget', '--control URL'] : ['--control URL'])
    })

    test(`${name}, with its control API`, { timeout: 60_000 }, async () => {
      const report = await reportOf(profile, start, { control: true })
      expect(failedRules(report)).toEqual(shoulds)
      expect(unsettled(report)).toEqual([])
      expect(exitCodeOf(report)).toBe(0)
      expect(report.summary.claim).toBe(throttles ? 'partial' : 'full')
    })
  }
})

describe.concurrent('broken receivers fail their own rule and no other MUST', () => {
  for (const [name, { profile, start, rule, saw, also = [], diagnosis, hidden = false }] of Object.entries(brokenReceivers)) {
    test(name, { timeout: 60_000 }, async () => {
      const report = await reportOf(profile, start, { control: hidden })
      const musts = failedRules(report).filter((id) => requirement(id).level === 'MUST')
      expect(new Set(musts)).toEqual(new Set([rule, ...also]))
      expect(report.verdicts.filter(({ requirement: id, outcome }) => id === rule && outcome === 'failed').some((verdict) => saw.test(verdict.saw))).toBe(true)
      expect(report.diagnoses.map(({ code }) => code)).toEqual(diagnosis === undefined ? [] : [diagnosis])
      expect(exitCodeOf(report)).toBe(1)
    })

    if (!hidden) continue
    test(`${name}: nothing on the wire tells`, { timeout: 60_000 }, async () => {
      const report = await reportOf(profile, start)
      expect(failedRules(report).filter((id) => requirement(id).level === 'MUST')).toEqual([])
      expect(report.verdicts.find((verdict) => verdict.requirement === rule && verdict.reason?.includes('control API'))).toMatchObject({ outcome: 'inapplicable' } satisfies Partial<Verdict>)
      expect(report.summary.claim).toBe('partial')
    })
  }
})

test('a receiver that acknowledges forged deliveries and drops them is told so first', { timeout: 60_000 }, async () => {
  const report = await reportOf(acknowledgesForged.profile, acknowledgesForged.start, { control: true })
  expect(report.diagnoses.map(({ code }) => code)).toEqual(['forged-accepted'])
  expect(failedRules(report)[0]).toBe('webhook-signature-forged-refused')
  expect(exitCodeOf(report)).toBe(1)
})

test('a receiver whose process ends at a signature of another length is accused of just that', { timeout: 60_000 }, async () => {
  const report = await reportOf('standard-webhooks', (secret) => startChild(process.execPath, [crashing], secret))
  expect(report.verdicts.filter(({ outcome }) => outcome === 'failed').map(({ case: id, saw }) => `${id}: ${saw}`)).toEqual([
    expect.stringMatching(/^consumer-signature\/length-one-character: the target stopped answering/),
  ])
  expect(exitCodeOf(report)).toBe(1)
})

/** A whole run on real time, by URL and secret, and with the control API where that is wanted. */
async function reportOf(profileName: string, start: Start, { control: wanted = false } = {}): Promise<Report> {
  const profile = await loadProfile(profileName)
  const { signing } = generateSecret(profile.signature, seededRandom(7, profileName))
  const subject = await start(signing)
  try {
    const control = wanted ? await discoverControl(subject.url, { headers: [], clock: liveClock() }) : undefined
    const { report } = await run({ role: 'consumer', target: { kind: 'url', url: subject.url }, profile, keys: { secrets: [signing] }, suites, ...(control ? { control } : {}) })
    return report
  } finally {
    await subject.close()
  }
}

function failedRules({ requirements }: Report): readonly RequirementId[] {
  return requirements.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id as RequirementId) // ids of a report are those of the specification
}
