import { randomBytes } from 'node:crypto'
import { serveInProcess, type InProcessTarget } from '../harness/attach/in-process.ts'
import type { Clock } from '../harness/clock/clock.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { scaledClock } from '../harness/clock/scaled-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { quoted } from '../harness/report/repeat-command.ts'
import { generateSecret, verifyingSecret } from '../harness/signing/key.ts'
import { flagHelp, readFlags, type FlagName, type GivenFlags } from './flags.ts'
import { didYouMean } from './near.ts'
import { has, hostAndPort, many, one, timeScale } from './options.ts'
import { isRole, roles, type Role } from './roles.ts'
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

type Serve = (given: GivenFlags, profile: Profile) => Promise<Served>

/** The roles that have a reference implementation, each with the flag that is for it alone. */
const references: Readonly<Partial<Record<Role, { readonly serve: Serve; readonly own?: FlagName }>>> = {
  consumer: { serve: serveConsumer, own: 'secret' },
  producer: { serve: serveProducer, own: 'time-scale' },
  'sse-server': { serve: serveStreamServer },
  'sse-client': { serve: serveStreamClient },
}
const served = roles.filter((role) => references[role] !== undefined)

/** How fast the stream roles run where somebody wants to see them judged. */
const testBuild = { heartbeatMs: 150, reconnectMs: 50 }

/** `conformance reference ROLE`: serves the reference implementation until it is interrupted, which is its ordinary end. */
export async function referenceCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance reference ${served.join('|')}: serves the reference implementation, to see what the harness sees\n\n${flagHelp(names)}`)
    return 0
  }
  const [text, ...more] = given.positionals
  if (text === undefined || more.length > 0) throw new HarnessError('usage', 'reference takes one role', `write conformance reference ${served.join(', or conformance reference ')}`)
  const { role, serve, own } = referenceOf(text)
  const useless = (['secret', 'time-scale'] as const).find((flag) => flag !== own && has(given, flag))
  if (useless !== undefined) throw new HarnessError('usage', `--${useless} is given, and the reference ${role} has no use for it`, `leave it out: ${useless === 'secret' ? 'only a consumer verifies with a secret that it has from the start' : 'only a producer has a schedule'}`)
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  const listens = await serve(given, profile)
  try {
    const rows = [
      ['url', listens.url],
      ['control', new URL('/conformance', listens.url).href],
      ...listens.facts,
      ['try', `npx conformance run --target ${listens.url} --profile ${quoted(one(given, 'profile') ?? profile.name)}${listens.arguments}`],
    ]
    await terminal.out([`reference ${role}, profile ${profile.name}`, ...rows.map(([label = '', fact = '']) => `${label.padEnd(9)}${fact}`), 'Ctrl-C ends it', ''].join('\n'))
    await aborted(terminal.signal)
  } finally {
    await listens.close()
  }
  return 0
}

/** @throws HarnessError `unknown-role`, or `role-not-written` for a role without a reference implementation. */
function referenceOf(text: string): { readonly role: Role; readonly serve: Serve; readonly own?: FlagName } {
  if (!isRole(text)) throw new HarnessError('unknown-role', `there is no role "${text}"`, didYouMean(text, roles, `roles are ${roles.join(', ')}`))
  const found = references[text]
  if (!found) throw new HarnessError('role-not-written', `the reference implementation of the role ${text} is not written yet`, `there are those of ${served.join(', ')}`)
  return { role: text, ...found }
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
    close: closeBoth(close, target),
  }
}

/** A stream server whose heart beats fast, which its manifest says. */
async function serveStreamServer(given: GivenFlags, profile: Profile): Promise<Served> {
  const { sseServer } = await import('../reference/sse-server.ts')
  const { handler, close } = sseServer({ profile, heartbeatMs: testBuild.heartbeatMs })
  const target = await listening(given, '/api/v1/events', liveClock(), handler)
  return { url: target.url, facts: [['time', `a heartbeat every ${testBuild.heartbeatMs} ms`]], arguments: '', close: closeBoth(close, target) }
}

/** Clients that come back soon, which their manifest says. Their URL is that of the control API: a client has no other. */
async function serveStreamClient(given: GivenFlags, profile: Profile): Promise<Served> {
  const { sseClient } = await import('../reference/sse-client.ts')
  const { handler, close } = sseClient({ profile, reconnectMs: testBuild.reconnectMs })
  const target = await listening(given, '/conformance', liveClock(), handler)
  return { url: target.url, facts: [['time', `reconnects after ${testBuild.reconnectMs} ms`]], arguments: '', close: closeBoth(close, target) }
}

function closeBoth(close: () => Promise<void>, target: InProcessTarget): () => Promise<void> {
  return async () => {
    await close()
    await target.close()
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
