import { describe, expect, test } from 'vitest'
import { connectControl, discoverControl } from '../../harness/attach/control.ts'
import { liveClock } from '../../harness/clock/live-clock.ts'
import { loadProfile } from '../../harness/profile/load.ts'
import type { Profile } from '../../harness/profile/profile.ts'
import type { Report } from '../../harness/report/report.ts'
import { run } from '../../harness/run.ts'
import { suites } from '../../suites/index.ts'
import type { Subject } from './receiver-server.ts'
import { start as startBetterSse } from './stream-servers/better-sse-server.ts'
import { start as startFastifySse } from './stream-servers/fastify-sse-server.ts'
import { start as startHono } from './stream-servers/hono-server.ts'
import { missingNchan, start as startNchan } from './stream-servers/nchan-server.ts'
import { start as startSseChannel } from './stream-servers/sse-channel-server.ts'

type Start = () => Promise<Subject & { readonly control?: string }>

/** Every MUST that a published stream server fails, and none that it keeps: docs/discoveries tells each with its bytes. */
const servers: Readonly<Record<string, { readonly start: Start; readonly failed: readonly string[]; readonly missing?: string | undefined }>> = {
  'better-sse': {
    start: startBetterSse,
    failed: [
      'sse-stream-data-carriage-return',
      'sse-stream-data-lines',
      'sse-stream-data-no-injection',
      'sse-stream-data-spaces',
      'sse-stream-id-no-injection',
      'sse-stream-type-no-injection',
    ],
  },
  'sse-channel': { start: startSseChannel, failed: ['sse-resume-no-gap', 'sse-resume-unknown', 'sse-stream-id-no-injection'] },
  hono: { start: startHono, failed: ['sse-stream-id-no-injection'] },
  '@fastify/sse': { start: startFastifySse, failed: ['sse-stream-data-carriage-return', 'sse-stream-data-no-injection', 'sse-stream-id-no-injection', 'sse-stream-type-no-injection'] },
  'nginx with Nchan': { start: startNchan, failed: ['sse-resume-unknown', 'sse-stream-data-carriage-return', 'sse-stream-data-no-injection'], missing: missingNchan() },
}

describe.each(Object.entries(servers))('%s', (_, { start, failed, missing }) => {
  test.skipIf(missing !== undefined)(`fails these rules and no other${missing === undefined ? '' : ` (skipped: ${missing})`}`, { timeout: 120_000 }, async () => {
    const report = await measured(start)
    const musts = report.requirements.filter(({ level, outcome }) => level.startsWith('MUST') && outcome === 'failed').map(({ id }) => id)
    expect(musts.toSorted()).toEqual(failed)
    expect(report.summary.measured).toBeGreaterThan(45)
  })
})

/** None of the subjects filters its stream, so the profile says nothing of a filter. */
function unfiltered(profile: Profile): Profile {
  if (profile.stream === undefined) return profile
  const { filter: _, ...stream } = profile.stream
  return { ...profile, stream }
}

async function measured(start: Start): Promise<Report> {
  const profile = unfiltered(await loadProfile('event-delivery'))
  const subject = await start()
  try {
    const options = { headers: [], clock: liveClock() }
    const control = subject.control === undefined ? await discoverControl(subject.url, options) : await connectControl(subject.control, options)
    if (control === undefined) throw new Error('the subject offers no control API')
    return (await run({ role: 'sse-server', target: { kind: 'url', url: subject.url }, profile, keys: { secrets: [] }, suites, control, budgetMs: 110_000 })).report
  } finally {
    await subject.close()
  }
}
