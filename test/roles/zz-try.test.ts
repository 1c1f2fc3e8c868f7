import { test } from 'vitest'
import { loadProfile } from '../../harness/profile/load.ts'
import { run } from '../../harness/run.ts'
import { sseClient } from '../../reference/sse-client.ts'
import { suites as all } from '../../suites/index.ts'
import parsing from '../../suites/sse-client-parsing.ts'
import { requirements } from '../../spec/requirements.ts'
const suites = { ...all, 'sse-client': { ...all['sse-client'], 'sse-client-parsing': parsing } }
test('x', async () => {
  const profile = await loadProfile(process.env.PROFILE ?? 'event-delivery')
  for (let i = 0; i < 2; i++) {
  const t = performance.now()
  const only = process.env.ONLY ? [process.env.ONLY] : []
  const { report, transcript } = await run({ role: 'sse-client', profile, suites, selection: { only, skip: [], levels: [] }, keys: { secrets: [] }, target: { kind: 'in-process', name: 'reference', handler: () => sseClient({ profile, reconnectMs: 100 }) } })
  console.log(Math.round(performance.now() - t), 'ms', JSON.stringify(report.summary.counts), report.summary.claim, JSON.stringify(report.run.lagMs), JSON.stringify(report.summary.obstacle))
  const cases = transcript.filter((l) => l.kind === 'case')
  console.log('last side by side', Math.max(...cases.filter((c) => !c.alone).map((c) => c.endedMs)), 'end', cases.at(-1)?.endedMs, 'last', Math.max(...cases.map((c) => c.endedMs)))
  const sums: Record<string, [number, number]> = {}; for (const c of cases) { const k = c.case.split('/')[0]! + (c.alone ? ' alone' : ''); sums[k] = [(sums[k]?.[0] ?? 0) + 1, (sums[k]?.[1] ?? 0) + Math.round(c.endedMs - c.startedMs)] } console.log(JSON.stringify(sums))
  if (i === 0) { const slow = cases.map((l) => [l.case, Math.round(l.startedMs), Math.round(l.endedMs - l.startedMs)] as const).sort((a, b) => b[2] - a[2]).slice(0, 12); console.log(slow.map((s) => s.join(' ')).join('\n')) }
  for (const v of report.verdicts) if (v.outcome !== 'passed' || process.env.ALL) console.log(v.outcome, v.requirement, v.case, '| expected', v.expected, '| saw', v.saw, '|', v.reason)
  const judged = new Set(report.requirements.map((r) => r.id))
  console.log('no case:', requirements.filter((r) => r.role === 'sse-client' && r.status === 'active' && !judged.has(r.id)).map((r) => r.id).join(' '))
  }
}, 120000)
