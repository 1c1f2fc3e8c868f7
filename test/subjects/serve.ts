import type { Subject } from './receiver-server.ts'

/**
 * Serves one subject until standard input ends: its name is the argument, the secret is in the variable SECRET.
 *
 * The first line of the output is the URL for deliveries.
 */
const subjects: Readonly<Record<string, () => Promise<{ start(secret: string): Promise<Subject> }>>> = {
  standardwebhooks: () => import('./standardwebhooks-receiver.ts'),
  svix: () => import('./svix-receiver.ts'),
  stripe: () => import('./stripe-receiver.ts'),
  'octokit-webhooks': () => import('./octokit-webhooks-receiver.ts'),
  'slack-bolt': () => import('./slack-bolt-receiver.ts'),
  'octokit-webhooks-methods': () => import('./octokit-webhooks-methods-receiver.ts'),
  'discord-interactions': () => import('./discord-interactions-receiver.ts'),
  'paddle-node-sdk': () => import('./paddle-receiver.ts'),
  queueing: () => import('./independent/queueing-receiver.ts'),
  'fetch-style': () => import('./independent/fetch-receiver.ts'),
}

const [name = ''] = process.argv.slice(2)
const load = subjects[name]
if (load === undefined) {
  console.error(`There is no subject "${name}": ${Object.keys(subjects).join(', ')}.`)
  process.exit(2)
}
void load().then(async ({ start }) => {
  const { url } = await start(process.env['SECRET'] ?? '')
  console.log(url)
  process.stdin.resume().once('end', () => process.exit(0))
})
