import { expect, test } from 'vitest'
import { discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { seededRandom } from '../../harness/random.ts'
import { suites } from '../../suites/index.ts'
import { exitCodeOf } from '../../cli/exit-code.ts'
import { brokenReceivers } from './independent/broken-receivers.ts'
test('x', { timeout: 400_000 }, async () => {
  for (const [i, { profile: name, start, rule, saw, also = [], hidden }] of Object.entries(brokenReceivers).slice(17)) for (const withControl of hidden ? [true] : [false]) {
    const profile = await loadProfile(name)
    const { signing } = generateSecret(profile.signature, seededRandom(7, name))
    const s = await start(signing)
    const control = withControl ? await discoverControl(s.url, { headers: [], clock: liveClock() }) : undefined
    const t = performance.now()
    const { report } = await run({ role: 'consumer', target: { kind: 'url', url: s.url }, profile, keys: { secrets: [signing] }, suites, ...(control ? { control } : {}), selection: { only: [], skip: [], levels: [] } })
    const failed = report.verdicts.filter((v) => v.outcome === 'failed')
    const must = new Set(failed.filter((v) => v.level === 'MUST').map((v) => v.requirement))
    const ok = must.has(rule) && failed.some((v) => v.requirement === rule && saw.test(v.saw)) && [...must].every((m) => m === rule || also.includes(m as never)) && also.every((m) => must.has(m))
    console.log(ok ? 'OK  ' : 'ODD ', i, '|', name, withControl, 'exit', exitCodeOf(report), JSON.stringify(report.summary.counts), Math.round(performance.now() - t), 'ms', report.summary.obstacle ?? '', report.diagnoses.map((d) => d.code))
    if (!ok) console.log('     expected', rule, also)
    for (const v of report.verdicts) if (v.outcome === 'failed' || v.outcome === 'unproven') if (!ok && v.outcome === 'failed') console.log('   ', v.level, v.outcome, v.case, v.requirement, '|', v.expected, '|', v.saw, '|', v.reason ?? '')
    await s.close()
  }
  expect(1).toBe(1)
})
