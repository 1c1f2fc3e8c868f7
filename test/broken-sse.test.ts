import { describe, expect, test } from 'vitest'
import { runReferenceSseClient, runReferenceSseServer, sseClientKillOf, sseServerKillOf } from './broken/sse-kills.ts'
import { brokenSseClients } from './broken/sse-clients/index.ts'
import { brokenSseServers } from './broken/sse-servers/index.ts'

describe('the honest references', () => {
  test('the stream server passes everything', async () => {
    const report = await runReferenceSseServer()
    expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
    expect(report.summary.conformant).toBe(true)
    expect(report.summary.counts.passed).toBeGreaterThan(60)
  }, 60_000)

  test.each([...new Set(Object.values(brokenSseClients).map(({ variant }) => variant))])('the stream client passes everything under variant %#', async (variant) => {
    const report = await runReferenceSseClient({ variant })
    expect(report.verdicts.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'inapplicable')).toEqual([])
    expect(report.summary.conformant).toBe(true)
    expect(report.summary.counts.passed).toBeGreaterThan(60)
  }, 60_000)
})

/** The whole matrix is for `npm run matrix`: real time has to pass in it. These are the classes that matter most. */
describe('a broken target fails its own rule and no other MUST', () => {
  test.each(['one-of-ten-thousand-lost', 'one-of-ten-thousand-twice', 'live-before-replay', 'silent-gap', 'type-with-line-ends'])('the server %s', async (name) => {
    const broken = brokenSseServers[name]
    expect(broken && (await sseServerKillOf(name, broken)).problems).toEqual([])
  }, 60_000)

  test.each(['id-never-sent', 'retry-once', 'takes-a-crlf-that-is-cut-for-two-line-ends'])('the client %s', async (name) => {
    const broken = brokenSseClients[name]
    expect(broken && (await sseClientKillOf(name, broken)).problems).toEqual([])
  }, 60_000)
})
