import type { RenderContext } from '../../harness/report/render.ts'
import type { Counts, Report, Summary, Verdict } from '../../harness/report/report.ts'
import { worst, type Level, type Outcome } from '../../harness/verdict.ts'

/** Everything that a target might say to whoever reads a report. */
export const hostile =
  '\x1b[31mred\x1b]0;title\x07 ]]> ::error::owned\r\n::add-mask::x ##[error]owned ##vso[task.complete] </script><!-- --> ' +
  '\0 \u202egpj.exe \ud800 \uffff\u0085\u2028 <img src=x onerror=alert(1)> | `code` [a](javascript:1) @octocat #1 %0A www.x.example & "\''

export function verdict(requirement: string, outcome: Outcome, more: Partial<Verdict> = {}): Verdict {
  const level: Level = more.level ?? 'MUST'
  return {
    case: `case-of-${requirement}`,
    title: 'a delivery as it was staged',
    requirement,
    level,
    outcome,
    evidence: 'wire',
    expected: 'a refusal with a 4xx status',
    saw: '204',
    ...(outcome === 'passed' || outcome === 'failed' ? {} : { reason: 'the control was refused' }),
    exchanges: ['x1'],
    startedMs: 0,
    durationMs: 12,
    ...more,
  }
}

/** One verdict of every outcome and level, with hostile text wherever a target can put some. */
export const mixed: readonly Verdict[] = [
  verdict('webhook-signature-accepted', 'passed'),
  verdict('webhook-signature-covers-body', 'failed', { case: 'flipped-bit', saw: hostile, exchanges: ['x1', 'x2', 'x3'] }),
  verdict('webhook-signature-covers-body', 'failed', { case: 'byte-appended', saw: 'y'.repeat(1_000_000) }),
  verdict('webhook-signature-covers-body', 'failed', { case: 'whitespace-added', title: hostile }),
  verdict('webhook-signature-covers-id', 'unproven', { reason: `the control was refused with ${hostile}` }),
  verdict('webhook-body-raw-bytes', 'failed', { case: 'spaces' }),
  verdict('webhook-body-bounded', 'failed', { level: 'SHOULD', case: 'sixteen-mebibytes', saw: hostile }),
  verdict('webhook-body-large-accepted', 'unproven', { level: 'SHOULD' }),
  verdict('webhook-idempotency-once', 'inapplicable', { reason: 'effects cannot be seen without a control API' }),
  verdict('webhook-idempotency-by-id', 'inapplicable', { reason: 'effects cannot be seen without a control API' }),
  verdict('webhook-order-independent', 'faulted', { reason: 'the harness ran out of sockets' }),
]

export const sentence = 'A consumer **MUST** refuse a `body` that was changed after it was signed.'

/** A report of these verdicts. Its counts are taken from them; the summary otherwise says what the test wants. */
export function reportOf(verdicts: readonly Verdict[], summary: Partial<Summary> = {}, more: Partial<Report> = {}): Report {
  const byRequirement = new Map<string, Verdict[]>()
  for (const each of verdicts) byRequirement.set(each.requirement, [...(byRequirement.get(each.requirement) ?? []), each])
  const level = (of: Level) => countsOf(verdicts.filter((each) => each.level === of))
  return {
    report: 1,
    suite: { name: 'event-delivery-conformance', version: '0.1.0', specVersion: '1', requirementSet: 'sha256:a', specHash: 'sha256:b' },
    target: { url: 'http://127.0.0.1:3000/hook', role: 'consumer', profile: 'event-delivery', profileHash: 'sha256:c', attachment: ['url'] },
    run: {
      startedAt: '2030-01-01T00:00:00.000Z',
      finishedAt: '2030-01-01T00:00:04.200Z',
      seed: 1,
      clock: 'live',
      timeScale: 1,
      budgetMs: 60_000,
      lagMs: { p50: 1, p99: 2, max: 3 },
      runtime: 'node 22',
      platform: 'linux x64',
    },
    summary: {
      conformant: false,
      claim: 'partial',
      measured: 45,
      total: 61,
      counts: countsOf(verdicts),
      byLevel: { MUST: level('MUST'), SHOULD: level('SHOULD'), MAY: level('MAY') },
      unlock: [{ flag: '--control URL', requirements: 14 }],
      ...summary,
    },
    requirements: [...byRequirement].map(([id, each]) => ({
      id,
      level: each[0]?.level ?? 'MUST',
      role: 'consumer',
      sentence,
      outcome: worst(each.map(({ outcome }) => outcome)),
      cases: each.map((one) => one.case),
    })),
    verdicts,
    exceptions: [{ id: 'webhook-signature-constant-time', reason: 'no answer shows how long a comparison took' }],
    diagnoses: [],
    ...more,
  }
}

export const context: RenderContext = {
  exchangeText: (id) => (id === 'x9' ? undefined : `POST /hook HTTP/1.1\r\nwebhook-id: ${id}\r\n\r\n${hostile}\n\`\`\`\n# heading\n${'z'.repeat(100_000)}`),
  repeatCommand: (caseId) => `npx conformance run --target http://127.0.0.1:3000/hook --only ${caseId}`,
  fix: (requirement) => (requirement.startsWith('webhook-') ? 'Verify the bytes as they arrived, before anything parses them.' : undefined),
  chapter: (requirement) => `spec/webhook-signature.md#${requirement}`,
  colour: false,
  width: 80,
}

export function countsOf(verdicts: readonly Verdict[]): Counts {
  const counts = { passed: 0, failed: 0, unproven: 0, inapplicable: 0, faulted: 0 }
  for (const { outcome } of verdicts) counts[outcome] += 1
  return counts
}
