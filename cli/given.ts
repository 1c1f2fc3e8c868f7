import { HarnessError } from '../harness/errors.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import type { RunOptions } from '../harness/run.ts'
import type { Selection } from '../harness/select.ts'
import { readOutputs, type Outputs } from './artefacts.ts'
import { readControl, type GivenControl } from './attach.ts'
import { givenBaseline, type GivenBaseline } from './baseline.ts'
import type { GivenFlags } from './flags.ts'
import { proxyLens } from './lens.ts'
import { duration, has, headers, hostAndPort, many, one, refuseFlagsOfOtherRoles, selection, timeScale, wholeNumber, type GivenHeader } from './options.ts'
import { writtenRole } from './roles.ts'
import { withEvents } from './sample-event.ts'
import { keysFor, readSecrets, type GivenSecret } from './secret.ts'
import { checkHost, readTarget, readUrl, type GivenTarget } from './target.ts'

/** Everything that the command line of a run says. */
export interface Given {
  readonly flags: GivenFlags
  readonly target: GivenTarget
  /** The role that was told; what it is otherwise, the target shows. */
  readonly role: RoleName | undefined
  /** Only the plan is wanted: nothing may be sent. */
  readonly plan: boolean
  /** The profile that was named, with the user's events. */
  readonly profile: Profile | undefined
  readonly secrets: readonly GivenSecret[]
  readonly headers: readonly GivenHeader[]
  readonly control: GivenControl | undefined
  readonly limits: Pick<RunOptions, 'budgetMs' | 'timeScale' | 'concurrency' | 'seed'>
  /** The proxy through which streams are read. */
  readonly via: RunOptions['via']
  readonly selection: Selection
  /** How a producer emits and reaches the harness. */
  readonly sender: Pick<RunOptions, 'trigger' | 'listen' | 'publicUrl'>
  /** Known failures, and whether this run writes them. */
  readonly baseline: GivenBaseline | undefined
  readonly outputs: Outputs
}

/** Reads and checks the command line of a run, before anything is sent. @throws HarnessError of exit code 2. */
export async function readGiven(line: GivenFlags): Promise<Given> {
  const [stray] = line.positionals
  if (stray !== undefined) throw new HarnessError('usage', `run takes no argument, and "${stray}" is one`, 'write --target URL for the target, and quote values that hold blanks')
  const told = one(line, 'role')
  // Only the streams of a server are read through a proxy: the flag tells the role.
  const role = told === undefined ? (has(line, 'via') ? 'sse-server' : undefined) : writtenRole(told)
  refuseFlagsOfOtherRoles(line, role)
  // A client is what its adapter makes of it; every other role has a URL.
  const target = readTarget(one(line, 'target'), has(line, 'exec') && (role === undefined || role === 'sse-client'))
  const plan = has(line, 'plan')
  if (target.kind === 'url' && !plan) checkHost(target.url, many(line, 'allow-host'))
  if (target.kind === 'reference') refuseFlagsOfUrls(line)
  const sent = { headers: headers(line), control: readControl(line, !plan), limits: limits(line), via: proxyLens(line), selection: selection(line), sender: sender(line) }
  const name = one(line, 'profile')
  const profile = name === undefined ? undefined : await withEvents(await loadProfile(name), many(line, 'event'))
  const secrets = await readSecrets(many(line, 'secret'))
  // Without a role the target may turn out to be a producer, which needs no secret.
  if (target.kind === 'url' && !plan && (role === 'consumer' || secrets.length > 0)) keysFor(profile ?? (await loadProfile('event-delivery')), secrets, profile === undefined)
  return { flags: line, target, role, plan, profile, secrets, ...sent, baseline: givenBaseline(line), outputs: await readOutputs(line) }
}

function refuseFlagsOfUrls(line: GivenFlags): void {
  const useless = (['control', 'exec', 'time-scale', 'header', 'allow-host', 'trigger', 'listen', 'public-url'] as const).find((name) => has(line, name))
  if (useless) throw new HarnessError('usage', `--${useless} is given, and the reference runs inside the harness`, 'leave it out, or name the URL of a target')
}

function limits(line: GivenFlags): Given['limits'] {
  const budgetMs = duration(line, 'budget')
  const scale = timeScale(line)
  const concurrency = wholeNumber(line, 'concurrency', 1, 256)
  const seed = wholeNumber(line, 'seed', 0, Number.MAX_SAFE_INTEGER)
  return {
    ...(budgetMs === undefined ? {} : { budgetMs }),
    ...(scale === undefined ? {} : { timeScale: scale }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(seed === undefined ? {} : { seed }),
  }
}

function sender(line: GivenFlags): Given['sender'] {
  const trigger = one(line, 'trigger')
  const listen = one(line, 'listen')
  const publicUrl = one(line, 'public-url')
  return {
    ...(trigger === undefined ? {} : { trigger }),
    ...(listen === undefined ? {} : { listen: hostAndPort(listen, 'listen') }),
    ...(publicUrl === undefined ? {} : { publicUrl: readUrl(publicUrl, '--public-url') }),
  }
}
