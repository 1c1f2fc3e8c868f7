import { expect, test } from 'vitest'
import { discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { generateSecret } from '../../harness/signing/key.ts'
import { seededRandom } from '../../harness/random.ts'
import { suites } from '../../suites/index.ts'
import { exitCodeOf } from '../../cli/exit-code.ts'
import * as a from './independent/no-content-receiver.ts'
import * as b from './independent/all-bad-is-400-receiver.ts'
import * as c from './independent/forbidding-receiver.ts'
import * as d from './independent/express-like-receiver.ts'
import * as e from './independent/conflict-receiver.ts'
import * as f from './independent/leasing-receiver.ts'
import { startWith } from './independent/rate-limited-receiver.ts'
import * as g from './independent/strict-schema-receiver.ts'
import * as h from './independent/worker-receiver.ts'
const L = [['slack', startWith(100, 60000)], ['slack', startWith(5, 60000)]] as const
test('x', { timeout: 400_000 }, async () => {
  for (const [i, [name, start]] of L.entries()) for (const withControl of [true, false]) {
    const profile = await loadProfile(name)
    const { signing } = generateSecret(profile.signature, seededRandom(7, name))
    const s = await start(signing)
    const control = withControl ? await discoverControl(s.url, { headers: [], clock: liveClock() }) : undefined
    const t = performance.now()
    const { report } = await run({ role: 'consumer', target: { kind: 'url', url: s.url }, profile, keys: { secrets: [signing] }, suites, ...(control ? { control } : {}) })
    console.log(i, name, control?.manifest.name ?? 'url alone', 'exit', exitCodeOf(report), report.summary.claim, report.summary.measured, report.summary.total, JSON.stringify(report.summary.unlock), JSON.stringify(report.summary.counts), Math.round(performance.now() - t), 'ms', report.summary.obstacle ?? '', report.diagnoses)
    for (const v of report.verdicts) if (v.outcome === 'failed' || v.outcome === 'unproven') console.log('   ', v.level, v.outcome, v.case, v.requirement, '|', v.expected, '|', v.saw, '|', v.reason ?? '')
    const why = new Map<string, string[]>()
    for (const v of report.verdicts) if (v.outcome === 'inapplicable' && /alike|reasons|turn|429|knows|flag|budget/.test(v.reason ?? '')) why.set(v.reason!, [...(why.get(v.reason!) ?? []), v.case])
    for (const [k, v] of why) console.log('    n/a', k, v.join(' '))
    await s.close()
  }
  expect(1).toBe(1)
})
