import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { allCases } from '../../cli/listed-case.ts'
import { rolesWritten } from '../../cli/roles.ts'
import { diffReports, isWorse } from '../../harness/gate/diff.ts'
import { isProvisional } from '../../harness/gate/provisional.ts'
import { builtInProfiles, loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import { describesRole } from '../../harness/profile/without-webhooks.ts'
import { seededRandom } from '../../harness/random.ts'
import { claimLine } from '../../harness/report/summary.ts'
import { deliver, anEvent, finding, suite } from '../../harness/roles/consumer/index.ts'
import { run, type RunResult } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { consumer } from '../../reference/consumer.ts'
import { frozenSet } from '../../spec/requirement-set.ts'
import { suites } from '../../suites/index.ts'
import { load } from '../profile/load-text.ts'

const root = join(import.meta.dirname, '../..')

/** A run of the reference under a suite that has some cases more than the one that was frozen. */
async function runWith(profile: Profile, only: readonly string[], more: typeof suites.consumer = {}): Promise<RunResult> {
  const secret = generateSecret(profile.signature, seededRandom(3, 'frozen'))
  return run({
    role: 'consumer',
    profile,
    suites: { ...suites, consumer: { ...suites.consumer, ...more } },
    selection: { only, skip: [], levels: [] },
    keys: { secrets: [secret.signing] },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: [secret.verifying] }, clock }) },
  })
}

/** Which case is evidence for which rule, as a requirement set names them. */
function evidenceOf(profile: Profile): readonly (readonly [frozenAs: string, rule: string])[] {
  return allCases(profile, rolesWritten.filter((role) => describesRole(profile, role))).flatMap(({ frozenAs, requirements }) => requirements.map((rule) => [frozenAs, rule] as const))
}

/** The same of all built-in profiles. */
async function evidenceOfToday(): Promise<ReadonlySet<string>> {
  const evidence = new Set<string>()
  for (const { name } of builtInProfiles()) for (const pair of evidenceOf(await loadProfile(name))) evidence.add(pair.join(' '))
  return evidence
}

describe('the set of this version', () => {
  test('is frozen, and holds every rule that it froze by a case of today', async () => {
    const evidence = await evidenceOfToday()
    const frozen = (frozenSet?.cases ?? []).flatMap(([id, rules]) => rules.map((rule) => `${id} ${frozenSet?.requirements[rule] ?? ''}`))
    expect(frozen.length).toBeGreaterThan(500)
    // What goes, goes with a new version: a gate would grow weaker without a word.
    expect(frozen.filter((each) => !evidence.has(each))).toEqual([])
  })
})

describe('a case that came after the set was frozen', () => {
  const late = suite({
    role: 'consumer',
    title: 'A suite that nobody froze',
    cases: { demanding: { title: 'a delivery of which too much is asked', when: [deliver(anEvent)], then: { 'webhook-signature-accepted': () => finding(false, 'a miracle', 'none') } } },
  })

  test('is reported, counted apart, and held against nobody', async () => {
    const profile = await loadProfile('event-delivery')
    const [before, after] = [await runWith(profile, ['consumer-signature/*']), await runWith(profile, ['consumer-signature/*', 'consumer-late'], { 'consumer-late': late })]
    const verdict = after.report.verdicts.find(({ case: id }) => id === 'consumer-late/demanding')
    expect(verdict).toMatchObject({ level: 'MUST', outcome: 'failed', provisional: true })
    expect(after.report.summary.provisional).toMatchObject({ failed: 1, passed: 0 })
    expect(claimLine(after.report)).toMatch(/; 1 provisional verdict beside it$/)
    expect([after.report.summary.conformant, after.report.summary.measured]).toEqual([before.report.summary.conformant, before.report.summary.measured])
    expect([exitCodeOf(before.report), exitCodeOf(after.report)]).toEqual([0, 0])
    expect(isWorse(diffReports([before.report], [after.report]))).toBe(false)
  })
})

describe('evidence is frozen pair by pair', () => {
  test.each([
    ['a known case for its rule', 'webhook-signature-accepted', 'consumer-signature/untouched', false],
    ['a known case for another rule', 'webhook-signature-forged-refused', 'consumer-signature/untouched', true],
    ['another case for a known rule', 'webhook-signature-accepted', 'consumer-signature/brand-new', true],
    ['a rule that the set does not have', 'webhook-signature-brand-new', 'consumer-signature/untouched', true],
    ['a family, whatever a profile calls its cases', 'webhook-handshake-answered', 'consumer-handshake/answered-*', false],
  ])('%s', (_, requirement, frozenAs, provisional) => {
    expect(isProvisional(requirement, frozenAs)).toBe(provisional)
  })
})

describe('a profile of a user', () => {
  const own = async (): Promise<Profile> => {
    const text = await readFile(join(root, 'spec/profiles/hmac-body.yaml'), 'utf8')
    const changed = text
      .replace("    messages:\n      delivery: { $ref: '#/components/messages/Delivery' }", `    messages:\n      delivery: { $ref: '#/components/messages/Delivery' }\n    x-handshake:
      - { id: our-own-ping, match: { method: POST, json: { /type: ping } }, auth: [signature], respond: { status: 200, json: { pong: { json: /token } } } }
      - { id: our-own-echo, match: { method: GET, queryHas: [challenge] }, auth: [], respond: { status: 200, headers: { content-type: text/plain }, body: { query: challenge } } }`)
      .replace('      success: [2xx]\n      retry:', '      success: [200, 202]\n      permanent: [418, 422, 451]\n      retry:')
      .replace("'': { alg: hmac-sha256,", "'': { alg: hmac-sha384,")
    expect(changed).not.toBe(text)
    return load(changed, 'ours.yaml')
  }

  test('multiplies cases under names that nobody froze, and none of them is provisional', async () => {
    const profile = await own()
    const cases = allCases(profile, rolesWritten.filter((role) => describesRole(profile, role)))
    const ids = cases.map(({ id }) => id)
    for (const id of ['consumer-handshake/answered-our-own-ping', 'consumer-handshake/forged-our-own-ping', 'consumer-handshake/answered-our-own-echo', 'producer-retry/permanent-451']) expect(ids).toContain(id)
    const frozen = new Set(frozenSet?.cases.map(([id]) => id))
    expect(ids.some((id) => !frozen.has(id))).toBe(true)
    // What is new in the suite itself is provisional for everybody.
    const today = await evidenceOfToday()
    expect(evidenceOf(profile).filter(([frozenAs, rule]) => isProvisional(rule, frozenAs) && !today.has(`${frozenAs} ${rule}`))).toEqual([])
  })

  test('has every verdict of its run held against the target', async () => {
    const { report } = await runWith(await own(), ['consumer-handshake/*', 'consumer-signature/untouched'])
    expect(report.verdicts.some(({ case: id, outcome }) => id === 'consumer-handshake/answered-our-own-ping' && outcome === 'passed')).toBe(true)
    expect(report.verdicts.filter(({ provisional }) => provisional)).toEqual([])
    expect(report.summary.provisional).toBeUndefined()
  })
})
