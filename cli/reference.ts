import { randomBytes } from 'node:crypto'
import { serveInProcess, type InProcessTarget } from '../harness/attach/in-process.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import { generateSecret, verifyingSecret } from '../harness/signing/key.ts'
import { consumer } from '../reference/consumer.ts'
import { flagHelp, readFlags, type FlagName } from './flags.ts'
import { has, hostAndPort, many, one } from './options.ts'
import { quoted } from './repeat-command.ts'
import { writtenRole } from './roles.ts'
import { keysFor, readSecrets } from './secret.ts'
import type { Terminal } from './terminal.ts'

const names: readonly FlagName[] = ['profile', 'secret', 'listen', 'help']

/** `conformance reference ROLE`: serves the reference implementation until it is interrupted, which is its ordinary end. */
export async function referenceCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFlags(args, names)
  if (has(given, 'help')) {
    await terminal.out(`conformance reference consumer: serves the reference implementation, to see what the harness sees\n\n${flagHelp(names)}`)
    return 0
  }
  const [role, ...more] = given.positionals
  if (role === undefined || more.length > 0) throw new HarnessError('usage', 'reference takes one role', 'write conformance reference consumer')
  writtenRole(role)
  const profile = await loadProfile(one(given, 'profile') ?? 'event-delivery')
  const secrets = await readSecrets(many(given, 'secret'))
  const fresh = secrets.length === 0 ? generateSecret(profile.signature, randomBytes) : undefined
  const verifying = fresh ? [fresh.verifying] : keysFor(profile, secrets).secrets.map((secret) => verifyingSecret(profile.signature, secret))
  const place = hostAndPort(one(given, 'listen') ?? '127.0.0.1:0', 'listen')

  const clock = liveClock()
  let url = ''
  // What a scheme wants configured is the URL, which is known once the server listens.
  const config = () => Object.fromEntries((profile.signature.config ?? []).map((name) => [name, url]))
  let handler: ReturnType<typeof consumer> | undefined
  const target = await listening(place, () => serveInProcess((request, response) => (handler ??= consumer({ profile, keys: { secrets: verifying, config: config() }, clock }))(request, response), clock, { ...place, path: '/webhook' }))
  url = target.url
  try {
    const spelled = fresh ? quoted(fresh.signing) : secrets.map(({ spelled: spelling }) => (spelling === undefined ? '"$SECRET"' : quoted(spelling))).join(' --secret ')
    const rows = [
      `reference consumer, profile ${profile.name}`,
      `url      ${url}`,
      `control  ${new URL('/conformance', url).href}`,
      ...(fresh ? [`secret   ${fresh.signing}  (made for this process)`] : []),
      `try      npx conformance run --target ${url} --profile ${quoted(one(given, 'profile') ?? profile.name)} --secret ${spelled}`,
      'Ctrl-C ends it',
    ]
    await terminal.out(`${rows.join('\n')}\n`)
    await aborted(terminal.signal)
  } finally {
    await target.close()
  }
  return 0
}

async function listening({ host, port }: { readonly host: string; readonly port: number }, serve: () => Promise<InProcessTarget>): Promise<InProcessTarget> {
  try {
    return await serve()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason was told'
    throw new HarnessError('usage', `nothing can listen on ${host}:${port} (${code})`, 'name another place with --listen HOST:PORT; port 0 takes any free one', { cause })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
