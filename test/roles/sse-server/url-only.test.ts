import { beforeAll, describe, expect, test } from 'vitest'
import { loadProfile } from '../../../harness/profile/load.ts'
import type { Profile } from '../../../harness/profile/profile.ts'
import type { Report } from '../../../harness/report/report.ts'
import { run } from '../../../harness/run.ts'
import { suites } from '../../../suites/index.ts'
import { smallServer, type Ways } from './small-server.ts'

let profile: Profile

beforeAll(async () => {
  profile = await loadProfile('event-delivery')
})

/** Judges a server of which nothing is known but its URL. */
async function judged(ways: Ways): Promise<Report> {
  const server = await smallServer(ways)
  try {
    return (await run({ role: 'sse-server', profile: { ...profile, ...(profile.stream ? { stream: { ...profile.stream, heartbeatMs: 400 } } : {}) }, suites, keys: { secrets: [] }, target: { kind: 'url', url: server.url } })).report
  } finally {
    await server.close()
  }
}

function outcomeOf(report: Report, requirement: string): string | undefined {
  return report.requirements.find(({ id }) => id === requirement)?.outcome
}

const busy: Ways['others'] = (publish) => setInterval(() => publish('tick', JSON.stringify({ at: performance.now() })), 20)

describe('a stream of which nothing is known but its URL', () => {
  test('is judged by what it shows when it publishes by itself', { timeout: 40_000 }, async () => {
    const report = await judged({ others: busy })
    expect(report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unproven')).toEqual([])
    for (const requirement of ['sse-stream-status', 'sse-stream-content-type', 'sse-stream-cache', 'sse-stream-head', 'sse-stream-get-only', 'sse-stream-utf8', 'sse-resume-no-gap', 'sse-resume-no-duplicate', 'sse-resume-id-unique', 'sse-resume-id-present', 'sse-resume-unknown', 'sse-resume-malformed']) {
      expect([requirement, outcomeOf(report, requirement)]).toEqual([requirement, 'passed'])
    }
  })

  test('is judged by what needs no event when it is silent', { timeout: 40_000 }, async () => {
    const report = await judged({ heartbeatMs: 300 })
    expect(report.verdicts.filter(({ outcome }) => outcome === 'failed' || outcome === 'unproven')).toEqual([])
    expect([outcomeOf(report, 'sse-stream-heartbeat'), outcomeOf(report, 'sse-stream-status'), outcomeOf(report, 'sse-resume-no-gap')]).toEqual(['passed', 'passed', 'inapplicable'])
    expect(report.summary.unlock.map(({ flag }) => flag)).toContain('--control URL or --trigger COMMAND')
  })

  test('fails by its answers alone: unknown ids are ignored, and nothing is resumed', { timeout: 40_000 }, async () => {
    const report = await judged({ others: busy, lost: 'header', id: () => `${Math.floor(performance.now() * 1000)}` })
    expect(outcomeOf(report, 'sse-resume-unknown')).toBe('failed')
  })

  test('answers with nothing until there is an event, and there is none', { timeout: 40_000 }, async () => {
    const report = await judged({ lateHeaders: true })
    expect(report.verdicts.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(report.summary).toMatchObject({ conformant: null, obstacle: { code: 'silent' } })
  })
})
