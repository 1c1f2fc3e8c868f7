import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'
import { startAlertmanager } from './alertmanager/alertmanager.ts'

test('x', { timeout: 100_000 }, async () => {
  const profile = await loadProfile('test/subjects/alertmanager/alertmanager.yaml')
  const am = await startAlertmanager()
  const t = performance.now()
  try {
    const redirects = process.env['REDIR'] !== undefined
    const p = redirects ? { ...profile, delivery: { ...profile.delivery!, redirects: 0, throttle: [503] } } : profile
    const { report, transcript } = await run({ role: 'producer', target: { kind: 'url', url: am.url }, profile: p, keys: { secrets: [] }, suites, trigger: am.trigger, byHand: (url, secret) => am.notify(url, secret, redirects && process.env['REDIR'] === 'no' ? { follow_redirects: false } : {}), budgetMs: 40_000, ...(redirects ? { selection: { only: ['producer-delivery/redirected-*', 'producer-retry/retry-after-503'], skip: [], levels: [] } } : {}) })
    console.log(Math.round(performance.now() - t), 'ms', JSON.stringify(report.summary))
    for (const v of report.verdicts) if (v.outcome !== 'inapplicable') console.log(v.level, v.outcome, v.case, v.requirement, '|', v.expected, '|', v.saw, '|', v.reason ?? '')
    const why = new Map<string, string[]>()
    for (const v of report.verdicts) if (v.outcome === 'inapplicable') why.set(v.reason!, [...(why.get(v.reason!) ?? []), v.case])
    for (const [k, v] of why) console.log('n/a', k, [...new Set(v)].join(' '))
    writeFileSync('/tmp/am-transcript.json', transcript.map((l) => JSON.stringify(l)).join('\n'))
  } finally { await am.close() }
  expect(1).toBe(1)
})
