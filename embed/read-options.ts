import type { GivenControl } from '../harness/attach/attach.ts'
import { HarnessError } from '../harness/errors.ts'
import { parseDuration } from '../harness/profile/duration.ts'
import { loadProfile } from '../harness/profile/load.ts'
import type { Profile } from '../harness/profile/profile.ts'
import { refuseUndescribed } from '../harness/profile/without-webhooks.ts'
import type { RoleName } from '../harness/role.ts'
import { credentialHeaders } from '../harness/roles/sse-server/needs.ts'
import type { RunOptions } from '../harness/run.ts'
import type { Selection } from '../harness/select.ts'
import { readSecret, type GivenSecret } from '../harness/signing/given-secret.ts'
import { readKeys } from '../harness/signing/key.ts'
import type { ConformanceOptions } from './options.ts'
import { checkedUrl } from './target.ts'

/** Options that were read and checked; nothing has been sent. */
export interface ReadOptions {
  readonly given: ConformanceOptions
  readonly role: RoleName
  readonly profile: Profile
  readonly selection: Selection
  readonly secrets: readonly GivenSecret[]
  readonly control: GivenControl | undefined
  /** Absent: what a run allows itself. */
  readonly budgetMs: number | undefined
}

const roles: readonly string[] = ['consumer', 'producer', 'sse-server', 'sse-client'] satisfies readonly RoleName[]

/** What can be said before a test has run: the cases of the run depend on nothing else. @throws HarnessError of exit code 2. */
export async function readCases(given: Pick<ConformanceOptions, 'role' | 'profile' | 'only' | 'skip'>): Promise<Pick<ReadOptions, 'role' | 'profile' | 'selection'>> {
  const { role, profile = 'event-delivery' } = given
  if (!roles.includes(role)) throw new HarnessError('unknown-role', `there is no role "${String(role)}" with suites`, `roles are ${roles.join(', ')}`)
  const read = typeof profile === 'string' ? await loadProfile(profile) : profile
  refuseUndescribed(read, role)
  return { role, profile: read, selection: { only: listOf(given.only), skip: listOf(given.skip), levels: [] } }
}

/** @throws HarnessError of exit code 2. */
export async function readOptions(given: ConformanceOptions): Promise<ReadOptions> {
  const cases = await readCases(given)
  const control = controlOf(given)
  if (given.target === undefined && !(given.role === 'sse-client' && control?.kind === 'exec')) {
    throw new HarnessError('usage', 'no target was given', "give a URL, a function that starts one, a handler, or 'reference'")
  }
  const isReference = given.target === 'reference'
  if (isReference && control) throw new HarnessError('usage', 'control is given, and the reference runs inside the harness', 'leave it out, or name another target')
  const secrets = await Promise.all(listOf(given.secret).map((each) => readSecret(each, 'secret')))
  if (given.role === 'consumer' && !isReference && secrets.length === 0) {
    throw new HarnessError('bad-secret', 'no secret was given', "give the one that the target is configured with, its private key where it has a public one: secret: 'env:NAME', or the text")
  }
  if (secrets.length > 0) readKeys(cases.profile.signature, { secrets: secrets.map(({ text }) => text) }, 'sign')
  return { given, ...cases, secrets, control, budgetMs: budgetOf(given) }
}

/** Milliseconds of the budget. @throws HarnessError `usage`. */
export function budgetOf({ budget }: Pick<ConformanceOptions, 'budget'>): number | undefined {
  if (budget === undefined) return undefined
  const ms = parseDuration(budget)
  if (ms !== undefined && ms > 0) return ms
  throw new HarnessError('usage', `the budget "${budget}" is not a duration`, "write a whole number with its unit, one of ms s m h d: budget: '60s'")
}

/** What a run takes over as it is. */
export function passedOn({ given, role, profile, selection, budgetMs }: ReadOptions): Omit<RunOptions, 'target' | 'keys' | 'suites'> {
  const { headers = {}, timeScale, concurrency, seed, trigger, byHand } = given
  return {
    role,
    profile,
    selection,
    headers: Object.entries(headers),
    secretTexts: credentialHeaders(Object.keys(headers)).flatMap((name) => secretParts(headers[name] ?? '')),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    ...(timeScale === undefined ? {} : { timeScale }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(seed === undefined ? {} : { seed }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(byHand === undefined ? {} : { byHand }),
  }
}

/** A credential as a whole, and without the word in front of it, such as `Bearer`. */
function secretParts(value: string): readonly string[] {
  return [value, value.slice(value.indexOf(' ') + 1)].filter((part) => part !== '')
}

function controlOf({ control, allowHosts = [] }: ConformanceOptions): GivenControl | undefined {
  if (control === undefined) return undefined
  return typeof control === 'string' ? { kind: 'url', url: checkedUrl(control, 'control', allowHosts) } : { kind: 'exec', command: control.exec }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
