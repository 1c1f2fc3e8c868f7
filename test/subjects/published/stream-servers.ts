import { connectControl, discoverControl } from '../../../harness/attach/control.ts'
import { liveClock } from '../../../harness/clock/live-clock.ts'
import type { Profile } from '../../../harness/profile/profile.ts'
import { packageVersion } from '../package-version.ts'
import type { PublishedSubject } from '../published.ts'
import type { Subject } from '../receiver-server.ts'
import { start as startBetterSse } from '../stream-servers/better-sse-server.ts'
import { start as startFastifySse } from '../stream-servers/fastify-sse-server.ts'
import { start as startHono } from '../stream-servers/hono-server.ts'
import { missingNchan, nchanVersion, start as startNchan } from '../stream-servers/nchan-server.ts'
import { start as startSseChannel } from '../stream-servers/sse-channel-server.ts'
import { start as startSsePubsub } from '../stream-servers/sse-pubsub-server.ts'

type Server = Pick<PublishedSubject, 'name' | 'slug' | 'homepage' | 'setting'> & Partial<PublishedSubject> & { readonly start: () => Promise<Subject & { readonly control?: string }> }

const byTheBook = 'History and the answer to an id that is not kept are left to its user, and done by the book'

const servers: readonly Server[] = [
  {
    name: 'better-sse',
    slug: 'better-sse',
    start: startBetterSse,
    homepage: 'https://github.com/MatthewWid/better-sse',
    setting: `Sessions and a channel with a heartbeat of 200 ms and a serializer that leaves text as it is. ${byTheBook}.`,
  },
  {
    name: 'sse-channel',
    slug: 'sse-channel',
    start: startSseChannel,
    homepage: 'https://github.com/rexxars/sse-channel',
    setting: 'A channel with pings every 200 ms and its own history of 500 events; ids are counted by its user.',
  },
  {
    name: 'hono',
    slug: 'hono',
    start: startHono,
    homepage: 'https://hono.dev',
    setting: `streamSSE and writeSSE on @hono/node-server. The heartbeat is its user's too. ${byTheBook}.`,
  },
  {
    name: '@fastify/sse',
    slug: 'fastify-sse',
    start: startFastifySse,
    homepage: 'https://github.com/fastify/sse',
    setting: `A route with sse: 'only', a heartbeat of 200 ms and a serializer that leaves text as it is. ${byTheBook}.`,
  },
  {
    name: 'sse-pubsub',
    slug: 'sse-pubsub',
    start: startSsePubsub,
    homepage: 'https://github.com/triblondon/node-sse-pubsub',
    setting: 'A channel with pings every 200 ms, streams of up to ten minutes and its defaults; ids, a history of 100 events and replay are its own.',
  },
  {
    name: 'nginx with Nchan',
    slug: 'nginx-nchan',
    kind: 'server',
    language: 'C',
    start: startNchan,
    version: nchanVersion,
    missing: missingNchan,
    homepage: 'https://nchan.io',
    setting: 'Of Debian 12, on one channel of 20,000 messages with subscribers that start at the newest, pinged by a comment every second; ids and replay are its own.',
  },
]

/** Libraries and programs that write event streams; what they leave to their user stands in each setting. */
export const streamServers: readonly PublishedSubject[] = servers.map(({ start, ...server }) => ({
  role: 'sse-server',
  kind: 'library',
  language: 'JavaScript',
  profile: 'event-delivery',
  discovery: 'event-stream-servers.md',
  version: () => packageVersion(server.name),
  attach: async (profile) => {
    const subject = await start()
    try {
      const options = { headers: [], clock: liveClock() }
      const control = subject.control === undefined ? await discoverControl(subject.url, options) : await connectControl(subject.control, options)
      if (control === undefined) throw new Error('the subject offers no control API')
      return { options: { target: { kind: 'url', url: subject.url }, profile: unfiltered(profile), keys: { secrets: [] }, control, budgetMs: 110_000 }, close: () => subject.close() }
    } catch (error) {
      await subject.close()
      throw error
    }
  },
  ...server,
}))

/** None of the subjects filters its stream, so the profile says nothing of a filter. */
function unfiltered(profile: Profile): Profile {
  if (profile.stream === undefined) return profile
  const { filter: _, ...stream } = profile.stream
  return { ...profile, stream }
}
