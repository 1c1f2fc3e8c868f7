import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startExec } from '../../harness/attach/exec.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Report } from '../../harness/report/report.ts'
import { run } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'

interface StreamClient {
  /** Arguments of node, after the folder of the adapters. */
  readonly adapter: string
  /** Every MUST that it fails, and none that it keeps: docs/discoveries tells each with its bytes. */
  readonly failed: readonly string[]
  readonly missing?: string
}

const chromium = '/usr/bin/chromium'

const clients: Readonly<Record<string, StreamClient>> = {
  eventsource: { adapter: 'eventsource.mjs', failed: ['sse-client-one-bom', 'sse-client-retry-overflow'] },
  undici: {
    adapter: 'undici.mjs',
    failed: ['sse-client-close-silent', 'sse-client-id-utf8', 'sse-client-no-colon', 'sse-client-retry-at-line', 'sse-client-retry-overflow', 'sse-client-type-empty'],
  },
  Chromium: { adapter: `browser.mjs ${chromium}`, failed: ['sse-client-utf8'], ...(existsSync(chromium) ? {} : { missing: 'Chromium is not installed' }) },
}

describe.each(Object.entries(clients))('%s', (_, { adapter, failed, missing }) => {
  test.skipIf(missing !== undefined)(`fails these rules and no other${missing === undefined ? '' : ` (skipped: ${missing})`}`, { timeout: 120_000 }, async () => {
    const report = await measured(adapter)
    const musts = report.requirements.filter(({ level, outcome }) => level.startsWith('MUST') && outcome === 'failed').map(({ id }) => id)
    expect(musts.toSorted()).toEqual(failed)
    expect(report.summary.measured).toBeGreaterThan(60)
  })
})

async function measured(adapter: string): Promise<Report> {
  const folder = fileURLToPath(new URL('../../examples/sse-client/', import.meta.url))
  const control = await startExec(`"${process.execPath}" --no-warnings "${folder}"${adapter}`, { clock: liveClock() })
  try {
    const profile = await loadProfile('event-delivery')
    return (await run({ role: 'sse-client', target: { kind: 'url', url: 'exec:adapter' }, profile, keys: { secrets: [] }, suites, control, budgetMs: 110_000 })).report
  } finally {
    await control.close()
  }
}
