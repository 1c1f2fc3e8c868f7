import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectControl } from '../../../harness/attach/control.ts'
import { liveClock } from '../../../harness/clock/live-clock.ts'
import { loadProfile } from '../../../harness/profile/load.ts'
import type { EventStreamPolicy, Profile } from '../../../harness/profile/profile.ts'
import type { Report } from '../../../harness/report/report.ts'
import { defaultStreamPolicy } from '../../../harness/profile/default-stream-policy.ts'
import { run } from '../../../harness/run.ts'
import { suites } from '../../../suites/index.ts'
import { framed, smallServer, type Ways } from './small-server.ts'

let base: Profile

beforeAll(async () => {
  base = await loadProfile('event-delivery')
})

/** Judges a small server through its control API; nothing else is known of it but its policy. */
async function judged(ways: Ways, policy: Partial<EventStreamPolicy>, whole: boolean): Promise<Report> {
  const server = await smallServer(ways)
  try {
    const control = await connectControl(new URL('/control', server.url).href, { headers: [], clock: liveClock() })
    const profile = { ...base, stream: { ...defaultStreamPolicy, ...policy } }
    return (await run({ role: 'sse-server', profile, suites, keys: { secrets: [] }, target: { kind: 'url', url: server.url }, control, selection: { only: [], skip: whole ? [] : ['sse-server-resume/long-history', 'sse-server-clients'], levels: [] } })).report
  } finally {
    await server.close()
  }
}

const uuids = Array.from({ length: 30_000 }, () => randomUUID())

/** Ways that differ, each with what a profile would say of it. `should`: rules of the level SHOULD that it leaves. `whole`: with the cases that take long. */
const honest: Readonly<Record<string, { readonly ways: Ways; readonly policy?: Partial<EventStreamPolicy>; readonly should?: readonly string[]; readonly whole?: true }>> = {
  'the plainest one': { ways: {}, whole: true },
  'one that answers with its first event only': { ways: { lateHeaders: true }, should: ['sse-stream-headers-first', 'sse-stream-heartbeat'] },
  'one that greets with an event': { ways: { greeting: () => 'event: connected\ndata: {"hello":true}\n\n' } },
  'one that primes with the newest id and a retry': { ways: { greeting: (newest) => `retry: 2000\n${newest === undefined ? '' : `id: ${newest}\n`}\n` } },
  'one that primes with an event of the newest id': { ways: { greeting: (newest) => `${newest === undefined ? '' : `id: ${newest}\n`}data:\n\n` } },
  'one with random ids': { ways: { id: (number) => uuids[number] ?? '' } },
  'one with ids of two parts': { ways: { id: (number) => `1763784000000-${number}` } },
  'one that writes CR LF': { ways: { write: framed('\r\n') } },
  'one that writes CR': { ways: { write: framed('\r') } },
  'one whose body ends with the connection': { ways: { closeDelimited: true } },
  'one whose heartbeat has a text': { ways: { heartbeat: ': ping\n\n' } },
  'one whose heartbeat is no block of its own': { ways: { heartbeat: ':\n' } },
  'one that shows events a little later than it says': { ways: { visibleAfterMs: 30 }, whole: true },
  'one that is slow with everything': { ways: { slowMs: 25 } },
  'one with types and resources': { ways: { filter: true, resource: true }, policy: { filter: 'types', resource: '/of/{key}' } },
  'one that has no filter although the profile names one': { ways: {}, policy: { filter: 'types', resource: '/of/{key}' } },
  'one that signals a loss by an event': { ways: { lost: 'event' }, policy: { lost: { statuses: [410], event: 'reset' } } },
  'one that signals a loss by 404': { ways: { lost: 404 }, policy: { lost: { statuses: [404] } } },
  'one that ends what is too slow': { ways: { endSlowAfterBytes: 1024 * 1024 }, whole: true },
  'one on which others publish too': { ways: { others: (publish) => setInterval(() => publish('tick', `{"at":${performance.now()}}`), 7) } },
  'one that keeps a thousand events': { ways: { keeps: 1000 }, whole: true },
  'one with a limit of streams': { ways: { maxStreams: 40 }, whole: true },
  'one whose control API only publishes': { ways: { without: ['reset', 'retention', 'disconnect'] } },
  'one that gives no ids and says so': { ways: { id: () => '' }, policy: { resumes: false } },
}

describe('an honest server is not accused', () => {
  test.each(Object.entries(honest))('%s', { timeout: 60_000 }, async (_, { ways, policy = {}, should = [], whole = false }) => {
    const report = await judged(ways, policy, whole)
    const wrong = report.verdicts.filter(({ outcome, requirement }) => !['passed', 'inapplicable'].includes(outcome) && !should.includes(requirement))
    expect(wrong.map((verdict) => `${verdict.outcome} ${verdict.case} ${verdict.requirement}: expected ${verdict.expected}, saw ${verdict.saw} (${verdict.reason ?? ''})`)).toEqual([])
    expect(report.summary.counts.passed).toBeGreaterThan(40)
  })
})
