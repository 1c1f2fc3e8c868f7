import { connectControl, discoverControl } from '../../../harness/attach/control.ts'
import { liveClock } from '../../../harness/clock/live-clock.ts'
import { seededRandom } from '../../../harness/random.ts'
import { generateSecret } from '../../../harness/signing/key.ts'
import { buildSubjects, startChild } from '../child.ts'
import { debianVersion, missingDebian } from '../debian.ts'
import { packageVersion } from '../package-version.ts'
import type { Attached, PublishedSubject } from '../published.ts'
import type { Subject } from '../receiver-server.ts'
import { missingWebhook, startWebhook } from '../webhook/webhook.ts'

interface Library extends Pick<PublishedSubject, 'name' | 'slug' | 'profile' | 'homepage' | 'setting' | 'discovery'> {
  /** The provider names no age at which a delivery is too old, so that none is asked for. */
  readonly ageless?: true
}

const verifies = 'It verifies. Size limit, media type and deduplication are left to its user, and done by the book'

const libraries: readonly Library[] = [
  {
    name: 'standardwebhooks',
    slug: 'standardwebhooks',
    profile: 'standard-webhooks',
    homepage: 'https://www.standardwebhooks.com',
    setting: `Webhook.verify with the bytes of the body and all headers. ${verifies}.`,
    discovery: 'standardwebhooks.md',
  },
  {
    name: 'svix',
    slug: 'svix',
    profile: 'svix',
    homepage: 'https://github.com/svix/svix-webhooks',
    setting: `Webhook.verify with the bytes of the body and all headers. ${verifies}.`,
    discovery: 'svix.md',
  },
  {
    name: 'stripe',
    slug: 'stripe',
    profile: 'stripe',
    homepage: 'https://github.com/stripe/stripe-node',
    setting: `stripe.webhooks.constructEvent with the bytes of the body, and 400 for whatever it throws. ${verifies}.`,
    discovery: 'stripe.md',
  },
  {
    name: '@octokit/webhooks',
    slug: 'octokit-webhooks',
    profile: 'github',
    homepage: 'https://github.com/octokit/webhooks.js',
    setting: 'createNodeMiddleware on node:http reads, verifies and answers; a handler of every event takes effect once for each delivery.',
    discovery: 'octokit-webhooks.md',
  },
  {
    name: '@slack/bolt',
    slug: 'slack-bolt',
    profile: 'slack',
    homepage: 'https://github.com/slackapi/bolt-js',
    setting: 'App with its HTTPReceiver and defaults reads, verifies and acknowledges; a listener of every event takes effect once for each event_id.',
    discovery: 'slack-bolt.md',
  },
  {
    name: '@octokit/webhooks-methods',
    slug: 'octokit-webhooks-methods',
    profile: 'github',
    homepage: 'https://github.com/octokit/webhooks-methods.js',
    setting: `verify with the body as text, which is all that it takes, and 400 where it throws. ${verifies}.`,
    discovery: 'octokit-webhooks.md',
  },
  {
    name: 'discord-interactions',
    slug: 'discord-interactions',
    profile: 'discord',
    homepage: 'https://github.com/discord/discord-interactions-js',
    setting: 'verifyKeyMiddleware in Express 5 reads, verifies and answers pings; a handler takes effect once for each id. Discord names no age at which a request is too old, so that its rules of time are left out.',
    ageless: true,
    discovery: 'discord-interactions.md',
  },
  {
    name: '@paddle/paddle-node-sdk',
    slug: 'paddle-node-sdk',
    profile: 'paddle',
    homepage: 'https://github.com/PaddleHQ/paddle-node-sdk',
    setting: `webhooks.isSignatureValid with the body as text; 401 where it says no or throws, where the example of its README answers 200. ${verifies}.`,
    discovery: 'paddle-node-sdk.md',
  },
]

/** Libraries for Node.js, each served in a process of its own. */
const forNode: readonly PublishedSubject[] = libraries.map(({ ageless, ...library }) => ({
  role: 'consumer',
  kind: 'library',
  language: 'JavaScript',
  version: () => packageVersion(library.name),
  attach: async (profile) => {
    const program = await buildSubjects()
    try {
      const judged = ageless ? { ...profile, signature: { ...profile.signature, timestamp: null } } : profile
      const { options, close } = await attachReceiver(judged, (secret) => program.start(library.slug, secret))
      return { options, close: () => close().finally(() => program.close()) }
    } catch (error) {
      await program.close()
      throw error
    }
  },
  ...library,
}))

const forOthers: readonly PublishedSubject[] = [
  {
    role: 'consumer',
    name: 'stripe (Python)',
    slug: 'stripe-python',
    kind: 'library',
    language: 'Python',
    homepage: 'https://github.com/stripe/stripe-python',
    setting: `Of Debian 12. Webhook.construct_event with the bytes of the body, and 400 for what it is documented to throw. ${verifies}, on http.server.`,
    discovery: 'stripe.md',
    profile: 'stripe',
    version: () => debianVersion('python3-stripe'),
    missing: () => missingDebian('python3-stripe', '/usr/lib/python3/dist-packages/stripe/webhook.py', ['python3-stripe']),
    attach: (profile) => attachReceiver(profile, (secret) => startChild('/usr/bin/python3', ['test/subjects/python/stripe_receiver.py'], secret)),
  },
  {
    role: 'consumer',
    name: 'webhook',
    slug: 'webhook',
    kind: 'program',
    language: 'Go',
    homepage: 'https://github.com/adnanh/webhook',
    setting: 'Of Debian 12, with one hook: POST only, the rule payload-hmac-sha256 and one that asks for an id, 401 where they do not match, and an answer that waits for its command. The command takes effect once for each id.',
    discovery: 'webhook.md',
    profile: 'test/subjects/webhook/webhook.yaml',
    version: () => debianVersion('webhook'),
    missing: missingWebhook,
    attach: (profile) => attachReceiver(profile, startWebhook),
  },
]

/** Each with a control API that tells effects and injects faults. */
export const consumers: readonly PublishedSubject[] = [...forNode, ...forOthers]

/** A receiver with a control API that it tells of, under a secret that is the same in every run. */
export async function attachReceiver(profile: Attached['options']['profile'], start: (secret: string) => Promise<Subject & { readonly control?: string }>): Promise<Attached> {
  const { signing, verifying } = generateSecret(profile.signature, seededRandom(7, profile.name))
  const subject = await start(verifying)
  try {
    const asked = { headers: [], clock: liveClock() }
    const control = subject.control === undefined ? await discoverControl(subject.url, asked) : await connectControl(subject.control, asked)
    if (control === undefined) throw new Error('the subject offers no control API')
    return { options: { target: { kind: 'url', url: subject.url }, profile, keys: { secrets: [signing] }, control }, close: () => subject.close() }
  } catch (error) {
    await subject.close()
    throw error
  }
}
