import { test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { measure, failures, unsettled, type Start } from './measure.ts'
const all: [string, string, string][] = [
  ['standardwebhooks', 'standard-webhooks', './standardwebhooks-receiver.ts'],
  ['svix', 'svix', './svix-receiver.ts'],
  ['stripe', 'stripe', './stripe-receiver.ts'],
  ['octokit', 'github', './octokit-webhooks-receiver.ts'],
  ['bolt', 'slack', './slack-bolt-receiver.ts'],
]
for (const [name, profile, file] of all) {
  test(name, async () => {
    const { start } = await import(file) as { start: Start }
    const t = performance.now()
    const { report, transcript } = await measure(profile, start)
    writeFileSync(`/tmp/subj-${name}.json`, JSON.stringify({ report, transcript }, null, 1))
    console.log(name, Math.round(performance.now() - t), 'ms', JSON.stringify(report.summary, null, 1), JSON.stringify(failures(report), null, 1), unsettled(report),
      report.verdicts.filter(v => v.outcome === 'failed').map(v => `${v.case} | ${v.requirement} | ${v.level} | ${v.expected} | ${v.saw}`).join('\n'), report.diagnoses)
  }, 60000)
}
