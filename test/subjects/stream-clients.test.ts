import { describe, expect, test } from 'vitest'
import { measureSubject } from './published.ts'
import { publishedSubject } from './registry.ts'

/**
 * Every MUST that a client fails, and none that it keeps: docs/discoveries tells each with its bytes.
 *
 * Those that end within seconds and do the same in every run; what the others do stands in their published reports.
 */
const clients: Readonly<Record<string, readonly string[]>> = {
  eventsource: ['sse-client-one-bom', 'sse-client-retry-overflow'],
  undici: ['sse-client-close-silent', 'sse-client-id-utf8', 'sse-client-no-colon', 'sse-client-retry-at-line', 'sse-client-retry-overflow', 'sse-client-type-empty'],
  'eventsource-parser': [
    'sse-client-chunks',
    'sse-client-cr-at-end',
    'sse-client-id-reset',
    'sse-client-id-without-data',
    'sse-client-no-data-no-event',
    'sse-client-one-bom',
    'sse-client-type-cleared',
  ],
  Chromium: ['sse-client-utf8'],
}

describe.each(Object.entries(clients))('%s', (name, failed) => {
  const subject = publishedSubject(name)
  const why = subject.missing?.()
  test.skipIf(why !== undefined)(`fails these rules and no other${why === undefined ? '' : ` (skipped: ${why})`}`, { timeout: 120_000 }, async () => {
    const { report } = await measureSubject(subject)
    const musts = report.requirements.filter(({ level, outcome }) => level.startsWith('MUST') && outcome === 'failed').map(({ id }) => id)
    expect(musts.toSorted()).toEqual(failed)
    expect(report.summary.measured).toBeGreaterThan(60)
  })
})
