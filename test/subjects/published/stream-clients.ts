import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { startExec } from '../../../harness/attach/exec.ts'
import type { Control } from '../../../harness/attach/control.ts'
import { liveClock } from '../../../harness/clock/live-clock.ts'
import { packageVersion } from '../package-version.ts'
import type { PublishedSubject } from '../published.ts'

type Client = Pick<PublishedSubject, 'name' | 'slug' | 'homepage' | 'setting'> & Partial<PublishedSubject> & { readonly adapter: string }

const chromium = '/usr/bin/chromium'
const firefox = '/usr/bin/firefox-esr'
const patienceMs = 30_000

const parserAlone = 'A parser of one response. Statuses, media type, reconnection and Last-Event-ID are left to its user, and done by the book (examples/sse-client/follow.mjs).'

const clients: readonly Client[] = [
  {
    name: 'eventsource',
    slug: 'eventsource',
    adapter: 'eventsource.mjs',
    homepage: 'https://github.com/EventSource/eventsource',
    setting: 'Its EventSource with its defaults; headers of the user travel by its fetch option.',
  },
  {
    name: 'eventsource-client',
    slug: 'eventsource-client',
    adapter: 'eventsource-client.mjs',
    homepage: 'https://github.com/rexxars/eventsource-client',
    setting: 'createEventSource with callbacks and its defaults.',
  },
  {
    name: 'undici',
    slug: 'undici',
    adapter: 'undici.mjs',
    homepage: 'https://undici.nodejs.org',
    setting: 'Its EventSource with its defaults.',
  },
  {
    name: 'Node.js',
    slug: 'node',
    kind: 'program',
    adapter: 'node.mjs',
    homepage: 'https://nodejs.org',
    version: () => process.versions.node,
    setting: 'The global EventSource, behind --experimental-eventsource.',
  },
  {
    name: 'launchdarkly-eventsource',
    slug: 'launchdarkly-eventsource',
    adapter: 'launchdarkly-eventsource.mjs',
    homepage: 'https://github.com/launchdarkly/js-eventsource',
    setting: 'Its EventSource with initialRetryDelayMillis of 1000.',
  },
  {
    name: '@microsoft/fetch-event-source',
    slug: 'microsoft-fetch-event-source',
    adapter: 'fetch-event-source.mjs',
    homepage: 'https://github.com/Azure/fetch-event-source',
    setting: 'fetchEventSource with openWhenHidden and its defaults; Node.js has no document and no window, and the adapter gives it empty ones.',
  },
  {
    name: 'extended-eventsource',
    slug: 'extended-eventsource',
    adapter: 'extended-eventsource.mjs',
    homepage: 'https://github.com/lukas-reining/eventsource',
    setting: 'Its EventSource with its defaults.',
  },
  {
    name: 'reconnecting-eventsource',
    slug: 'reconnecting-eventsource',
    adapter: 'reconnecting-eventsource.mjs',
    homepage: 'https://github.com/fanout/reconnecting-eventsource',
    setting: 'Around the EventSource of the package eventsource, whose findings it shares, with its defaults.',
  },
  {
    name: 'fetch-event-stream',
    slug: 'fetch-event-stream',
    adapter: 'fetch-event-stream.mjs',
    homepage: 'https://github.com/lukeed/fetch-event-stream',
    setting: parserAlone,
  },
  {
    name: 'eventsource-parser',
    slug: 'eventsource-parser',
    adapter: 'eventsource-parser.mjs',
    homepage: 'https://github.com/rexxars/eventsource-parser',
    setting: parserAlone,
  },
  {
    name: 'sse.js',
    slug: 'sse-js',
    adapter: `browser.mjs ${chromium} sse.js`,
    homepage: 'https://github.com/mpetazzoni/sse.js',
    missing: missingChromium,
    setting: 'In a page of headless Chromium, over its XMLHttpRequest, with autoReconnect on and otherwise its defaults.',
  },
  {
    name: 'Chromium',
    slug: 'chromium',
    kind: 'browser',
    language: 'C++',
    adapter: `browser.mjs ${chromium}`,
    homepage: 'https://www.chromium.org',
    version: () => versionOf(chromium),
    missing: missingChromium,
    setting: 'The EventSource of a page in the headless browser; the page is of another origin than the streams.',
  },
  {
    name: 'Firefox',
    slug: 'firefox',
    kind: 'browser',
    language: 'C++',
    adapter: `browser.mjs ${firefox}`,
    homepage: 'https://www.mozilla.org/firefox/',
    version: () => versionOf(firefox),
    missing: () => (existsSync(firefox) ? undefined : 'Firefox is not installed'),
    setting: 'Debian 12’s extended support release: the EventSource of a page in the headless browser; the page is of another origin than the streams.',
  },
]

/** Libraries and browsers, each driven by the adapter in examples/sse-client that anyone else would use. */
export const streamClients: readonly PublishedSubject[] = clients.map(({ adapter, ...client }) => ({
  role: 'sse-client',
  kind: 'library',
  language: 'JavaScript',
  profile: 'event-delivery',
  discovery: 'event-stream-clients.md',
  version: () => packageVersion(client.name),
  attach: async (profile) => {
    const started: Control[] = []
    const start = async () => {
      const control = await startExec(`"${process.execPath}" --no-warnings --experimental-eventsource examples/sse-client/${adapter}`, { clock: liveClock(), deadlineMs: patienceMs })
      started.push(control)
      return control
    }
    const control = await start()
    return {
      options: { target: { kind: 'url', url: 'exec:adapter' }, profile, keys: { secrets: [] }, control, reattach: start, budgetMs: 110_000 },
      close: async () => {
        for (const each of started) await each.close()
      },
    }
  },
  ...client,
}))

function missingChromium(): string | undefined {
  return existsSync(chromium) ? undefined : 'Chromium is not installed'
}

/** The first number in what a program prints of its version. */
function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return /\d[\w.]*/.exec(stdout)?.[0] ?? 'unknown'
}
