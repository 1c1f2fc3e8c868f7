import type { Report, Verdict } from '../../harness/report/report.ts'
import { entryOf, type Entry } from '../../harness/site/entry.ts'
import { planSite, type Site } from '../../harness/site/plan.ts'
import type { Rule, Specification } from '../../harness/site/specification.ts'
import type { Outcome } from '../../harness/verdict.ts'
import { reportOf, verdict } from '../report/fixture.ts'

/** A specification of two chapters: three rules of consumers, one of them an exception, and one of stream clients. */
export const specification: Specification = {
  version: '1',
  specHash: 'sha256:b',
  requirementSet: 'sha256:a',
  rules: [rule('webhook-signature-required'), rule('webhook-signature-covers-body'), { ...rule('webhook-signature-constant-time'), exception: 'no answer shows it' }, { ...rule('sse-client-utf8'), role: 'sse-client', chapter: 'stream' }],
  chapters: [
    { name: 'README', title: 'The specification', text: '# The specification\n\n1. [Webhooks](webhooks.md): signed.\n2. [Streams](stream.md#sse-client-utf8): read.\n' },
    { name: 'webhooks', title: 'Webhooks', text: `# Webhooks\n\n${['webhook-signature-required', 'webhook-signature-covers-body', 'webhook-signature-constant-time'].map(block).join('\n')}` },
    { name: 'stream', title: 'Streams', text: `# Streams\n\n## Bytes first\n\n${block('sse-client-utf8')}\nSee [the bytes](#bytes-first).\n` },
  ],
}

export function rule(id: string): Rule {
  return { id, level: 'MUST', role: 'consumer', sentence: `One MUST keep ${id}.`, chapter: 'webhooks', why: 'Otherwise ::ffff:10.0.0.1 gets in.', fix: 'Keep it.', source: 'Practice.', cases: [{ id: `${id}/first`, title: 'a first case' }] }
}

function block(id: string): string {
  return `#### ${id}\n\n> One **MUST** keep \`${id}\`.\n\n*Consumer.* Otherwise it breaks.\nFix: Keep it.\nSource: Practice.\n`
}

/** What an implementation was found to do, by rule. */
export type Found = Readonly<Record<string, Outcome>>

export interface Made {
  readonly name?: string
  readonly role?: string
  readonly profile?: string
  readonly version?: string
  readonly finishedAt?: string
  readonly suite?: Partial<Report['suite']>
  readonly verdicts?: Partial<Verdict>
}

export function reportFor(found: Found, made: Made = {}): Report {
  const base = reportOf(Object.entries(found).map(([id, outcome]) => verdict(id, outcome, { case: `${id}/first`, ...made.verdicts })))
  return {
    ...base,
    suite: { ...base.suite, ...made.suite },
    target: { ...base.target, role: made.role ?? 'consumer', profile: made.profile ?? 'event-delivery', ...(made.name === undefined ? {} : { name: made.name }), ...(made.version === undefined ? {} : { version: made.version }) },
    run: { ...base.run, finishedAt: made.finishedAt ?? base.run.finishedAt },
  }
}

export function entryFor(found: Found, made: Made = {}, folder = 'some/folder'): Entry {
  return entryOf(reportFor(found, made), { folder, reportVersion: 1 })
}

export function siteOf(...entries: readonly Entry[]): Site {
  return planSite(entries, specification, [])
}
