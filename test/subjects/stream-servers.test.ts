import { describe, expect, test } from 'vitest'
import { measureSubject } from './published.ts'
import { publishedSubject } from './registry.ts'

/** Every MUST that a published stream server fails, and none that it keeps: docs/discoveries tells each with its bytes. */
const servers: Readonly<Record<string, readonly string[]>> = {
  'better-sse': [
    'sse-stream-data-carriage-return',
    'sse-stream-data-lines',
    'sse-stream-data-no-injection',
    'sse-stream-data-spaces',
    'sse-stream-id-no-injection',
    'sse-stream-type-no-injection',
  ],
  'sse-channel': ['sse-resume-no-gap', 'sse-resume-unknown', 'sse-stream-id-no-injection'],
  hono: ['sse-stream-id-no-injection'],
  '@fastify/sse': ['sse-stream-data-carriage-return', 'sse-stream-data-no-injection', 'sse-stream-id-no-injection', 'sse-stream-type-no-injection'],
  'sse-pubsub': ['sse-resume-no-gap', 'sse-resume-unknown', 'sse-stream-data-carriage-return', 'sse-stream-data-lines', 'sse-stream-heartbeat-silent', 'sse-stream-type-no-injection'],
  'nginx with Nchan': ['sse-resume-unknown', 'sse-stream-data-carriage-return', 'sse-stream-data-no-injection'],
}

describe.each(Object.entries(servers))('%s', (name, failed) => {
  const subject = publishedSubject(name)
  const why = subject.missing?.()
  test.skipIf(why !== undefined)(`fails these rules and no other${why === undefined ? '' : ` (skipped: ${why})`}`, { timeout: 120_000 }, async () => {
    const { report } = await measureSubject(subject)
    const musts = report.requirements.filter(({ level, outcome }) => level.startsWith('MUST') && outcome === 'failed').map(({ id }) => id)
    expect(musts.toSorted()).toEqual(failed)
    expect(report.summary.measured).toBeGreaterThan(45)
  })
})
