import { appendFileSync } from 'node:fs'
import { test } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { producer } from '../../reference/producer.ts'
import { suites } from '../../suites/index.ts'
import { brokenProducers } from '../broken/producers/index.ts'

const only = process.env['ONLY']?.split(',')
test.each(Object.entries(brokenProducers).filter(([name]) => !only || only.includes(name)))('%s', async (target, broken) => {
  const profile = broken.variant(await loadProfile(broken.profile))
  const t0 = Date.now()
  const { report } = await run({ role: 'producer', profile, suites, keys: { secrets: [] }, target: { kind: 'in-process', name: 'reference', handler: (clock: never) => producer({ profile, clock, parts: broken.parts() }) } } as never)
  const failed = report.verdicts.filter(({ outcome }) => outcome === 'failed')
  const own = failed.filter(({ requirement }) => requirement === broken.requirement)
  const declared = broken.alsoFails.map(({ requirement }) => requirement as string)
  const others = failed.filter(({ requirement }) => requirement !== broken.requirement)
  const text = (v: (typeof failed)[number]) => `${v.case}: expected ${v.expected}, saw ${v.saw}`
  const lines = [`## ${target} ${Date.now() - t0} ms unproven ${report.summary.counts.unproven} faulted ${report.summary.counts.faulted}`]
  if (own.length === 0) lines.push(`  NOT KILLED ${JSON.stringify(report.verdicts.filter((v) => v.requirement === broken.requirement).map((v) => [v.case, v.outcome, v.saw, v.reason]))}`)
  else if (!own.map(text).some((x) => broken.message.test(x))) lines.push(`  MESSAGE ${own.map(text).join(' // ')}`)
  for (const v of others) lines.push(`  ${declared.includes(v.requirement) ? 'declared' : 'OTHER'} ${v.level} ${v.requirement} ${text(v).slice(0, 300)}`)
  for (const d of declared) if (!others.some((v) => v.requirement === d)) lines.push(`  NEEDLESS ${d}`)
  appendFileSync('/tmp/pw/kills.txt', lines.join('\n') + '\n')
}, 120000)
