import { randomBytes } from 'node:crypto'
import type { Profile } from '../harness/profile/profile.ts'
import type { RoleName } from '../harness/role.ts'
import type { RunOptions } from '../harness/run.ts'
import { generateSecret, type SigningKeys } from '../harness/signing/key.ts'
import { suites } from '../suites/index.ts'
import type { Approached } from './approach.ts'
import type { Given } from './given.ts'
import { keysFor, noSecret } from './secret.ts'

/** What the harness is asked to do, for one role. @throws HarnessError `bad-secret` for a consumer without a secret that fits. */
export async function runOptions(given: Given, { role, profile, selection }: Approached): Promise<RunOptions> {
  const secretTexts = given.headers.filter(({ secret }) => secret).flatMap(({ line: [, value] }) => [value, value.slice(value.indexOf(' ') + 1)])
  const shared = { profile, suites, selection, headers: given.headers.map(({ line }) => line), secretTexts, ...given.limits, ...(given.via === undefined ? {} : { via: given.via }) }
  if (given.target.kind === 'reference') return { ...shared, role, ...(await reference(given, profile, role, shared)) }
  if (role === 'consumer' && given.target.kind === 'url') return { ...shared, role, target: given.target, keys: consumerKeys(given, profile) }
  // The harness makes the secret of every endpoint that it registers; one that is given is that of an endpoint made by hand.
  const keys = given.secrets.length === 0 ? { secrets: [] } : keysFor(profile, given.secrets)
  if (given.target.kind === 'adapter') return { ...shared, role, keys, ...given.sender, target: { kind: 'url', url: adapterUrl } }
  return { ...shared, role, keys, ...given.sender, target: given.target, ...(given.sender.trigger === undefined ? {} : { byHand: configureByHand }) }
}

/** What a report says in place of the URL of a client that has none. */
export const adapterUrl = 'exec:adapter'

/** Tells what the target has to be configured with; on a terminal it waits until that is done. */
async function configureByHand(url: string, secret: string): Promise<void> {
  process.stderr.write(`the target registers no endpoints; configure one by hand:\n  url     ${url}\n  secret  ${secret}\n`)
  if (!process.stdin.isTTY) return
  process.stderr.write('Press Enter once it is configured … ')
  await new Promise<void>((resolve) => process.stdin.once('data', () => resolve()))
  process.stdin.pause()
}

function consumerKeys({ plan, role, secrets }: Given, profile: Profile): SigningKeys {
  // A plan needs no secret of the target's: nobody verifies its signatures.
  if (plan && secrets.length === 0) return { secrets: [generateSecret(profile.signature, randomBytes).signing] }
  if (role === undefined && secrets.length === 0) throw noSecret(profile, '; if the target sends webhooks, add --role producer, which needs none')
  return keysFor(profile, secrets)
}

/** The reference in this process. What it asks of its readers replaces a header of the user. */
async function reference({ secrets }: Given, profile: Profile, role: RoleName, { headers = [], secretTexts = [] }: Pick<RunOptions, 'headers' | 'secretTexts'>): Promise<Pick<RunOptions, 'target' | 'keys' | 'headers' | 'secretTexts'>> {
  const { referenceTarget } = await import('../reference/run-target.ts')
  const made = await referenceTarget(role, profile, secrets.length > 0 ? keysFor(profile, secrets).secrets : [])
  const own = headers.filter(([name]) => !made.headers.some(([other]) => other.toLowerCase() === name.toLowerCase()))
  return { target: made.target, keys: made.keys, headers: [...own, ...made.headers], secretTexts: [...secretTexts, ...made.secretTexts] }
}
