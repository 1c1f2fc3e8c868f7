import { test } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { producer } from '../../reference/producer.ts'
import { suites } from '../../suites/index.ts'

test.each((process.env['PROFILES'] ?? 'event-delivery').split(','))('%s', async (name) => {
  const profile = await loadProfile(name)
  const began = Date.now()
  const { report } = await run({ role: 'producer', profile, suites, keys: { secrets: [] }, target: { kind: 'in-process', name: 'reference', handler: (clock: never) => producer({ profile, clock }) } } as never)
  console.log(name, Date.now() - began, JSON.stringify(report.summary.counts), report.summary.conformant)
  for (const v of report.verdicts) if (v.outcome !== 'passed' && v.outcome !== 'inapplicable') console.log(v.case, v.requirement, v.level, v.outcome, '|', v.expected, '|', v.saw, '|', v.reason ?? '')
  if (process.env['INAPP']) for (const v of report.verdicts) if (v.outcome === 'inapplicable') console.log(v.case, v.requirement, v.outcome, v.saw, v.reason)
}, 120000)
