import { randomBytes } from 'node:crypto'
import { serveInProcess, type InProcessTarget } from '../harness/attach/in-process.ts'
import type { Clock } from '../harness/clock/clock.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { scaledClock } from '../harness/clock/scaled-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { generateSecret, verifyingSecret } from '../harness/signing/key.ts'
import { flagHelp, readFlags, type FlagName, type GivenFlags } from './flags.ts'
import { has, hostAndPort, many, one, timeScale } from './options.ts'
import { quoted } from './repeat-command.ts'
import { rolesWritten, writtenRole } from './roles.ts'
import { keysFor, readSecrets } from './secret.ts'
import type { Terminal } from './terminal.ts'

/** A reference implementation that listens. */
interface Served {
  readonly url: string
  /** What is printed besides its URL: a label and a text each. */
  readonly facts: readonly (readonly [label: string, text: string])[]
  /** What the command to try says after the profile. */
  readonly arguments: string
  close(): Promise<void>
}

const names: readonly FlagName[] = ['profile', 'secret', 'listen', 'time-scale', 'help']

/** `conformance reference ROLE`: serves the reference implementation until it is interrupted, which is its ordinary end. */
export async function referenceCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance reference ${rolesWritten.join('|')}: serves the reference implementation, to see what the harness sees\n\n${flagHelp(names)}`)
    return 0
  }
  const [text, ...more] = given.positionals
  if (text === undefined || more.length > 0) throw new HarnessError('usage', 'reference takes one role', `write conformance reference ${rolesWritten.join(', or conformance reference ')}`)
  const role = writtenRole(text)
  const useless = role === 'consumer' ? 'time-scale' : 'secret'
  if (has(given, useless)) throw new HarnessError('usage', `--${useless} is given, and the reference ${role} has no use for it`, role === 'consumer' ? 'leave it out: a consumer waits for nothing' : 'leave it out: a secret comes with every endpoint that is registered')
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  const served = role === 'consumer' ? await serveConsumer(given, profile) : await serveProducer(given, profile)
  try {
    const rows = [
      ['url', served.url],
      ['control', new URL('/conformance', served.url).href],
      ...served.facts,
      ['try', `npx conformance run --target ${served.url} --profile ${quoted(one(given, 'profile') ?? profile.name)}${served.arguments}`],
    ]
    await terminal.out([`reference ${role}, profile ${profile.name}`, ...rows.map(([label = '', fact = '']) => `${label.padEnd(9)}${fact}`), 'Ctrl-C ends it', ''].join('\n'))
    await aborted(terminal.signal)
  } finally {
    await served.close()
  }
  return 0
}

async function serveConsumer(given: GivenFlags, profile: Profile): Promise<Served> {
  const { consumer } = await import('../reference/consumer.ts')
  const secrets = await readSecrets(many(given, 'secret'))
  const fresh = secrets.length === 0 ? generateSecret(profile.signature, randomBytes) : undefined
  const verifying = fresh ? [fresh.verifying] : keysFor(profile, secrets).secrets.map((secret) => verifyingSecret(profile.signature, secret))
  const clock = liveClock()
  let url = ''
  // What a scheme wants configured is the URL, which is known once the server listens.
  const config = () => Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  let handler: ReturnType<typeof consumer> | undefined
  const target = await listening(given, '/webhook', clock, (request, response) => (handler ??= consumer({ profile, keys: { secrets: verifying, config: config() }, clock }))(request, response))
  url = target.url
  const spelled = fresh ? [quoted(fresh.signing)] : secrets.map(({ spelled: spelling }) => (spelling === undefined ? '"$SECRET"' : quoted(spelling)))
  return {
    url,
    facts: fresh ? [['secret', `${fresh.signing}  (made for this process)`]] : [],
    arguments: spelled.map((secret) => ` --secret ${secret}`).join(''),
    close: () => target.close(),
  }
}

/** A producer that delivers on real time, or a number of times faster, which its manifest says. */
async function serveProducer(given: GivenFlags, profile: Profile): Promise<Served> {
  const { producer } = await import('../reference/producer.ts')
  const scale = timeScale(given) ?? 1
  const clock = scale > 1 ? scaledClock(scale) : liveClock()
  const { handler, close } = producer({ profile, clock })
  const target = await listening(given, '/', clock, handler).catch(async (cause: unknown) => {
    await close()
    throw cause
  })
  const registration = profile.subscription?.create
  return {
    url: target.url,
    facts: [
      ...(registration ? [['register', `${registration.method} ${new URL(registration.path, target.url).href}`] as const] : []),
      ...(scale > 1 ? [['time', `its delivery policy runs ${scale} times faster than declared`] as const] : []),
    ],
    arguments: '',
    async close() {
      await close()
      await target.close()
    },
  }
}

async function listening(given: GivenFlags, path: string, clock: Clock, handler: Parameters<typeof serveInProcess>[0]): Promise<InProcessTarget> {
  const place = hostAndPort(one(given, 'listen') ?? '127.0.0.1:0', 'listen')
  try {
    return await serveInProcess(handler, clock, { ...place, path })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason was told'
    throw new HarnessError('usage', `nothing can listen on ${place.host}:${place.port} (${code})`, 'name another place with --listen HOST:PORT; port 0 takes any free one', { cause })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
