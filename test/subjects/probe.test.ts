import { test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { measure, failures, unsettled, type Start } from './measure.ts'
const all: [string, string, string][] = [
  ['python','hmac-timestamp','./independent/python-receiver.ts'],['queue','event-delivery','./independent/queueing-receiver.ts'],['fetch','standard-webhooks','./independent/fetch-receiver.ts'],
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
    console.log(name, Math.round(performance.now() - t), 'ms', report.summary.conformant, report.summary.claim, JSON.stringify(report.summary.counts), JSON.stringify(failures(report)), unsettled(report),
      report.verdicts.filter(v => v.outcome === 'failed').map(v => `${v.case} | ${v.requirement} | ${v.level} | ${v.expected} | ${v.saw}`).join('\n'), report.diagnoses)
  }, 60000)
}
