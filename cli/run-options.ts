import { randomBytes } from 'node:crypto'
import type { Profile } from '../harness/profile/profile.ts'
import type { RunOptions } from '../harness/run.ts'
import { generateSecret, verifyingSecret } from '../harness/signing/key.ts'
import { suites } from '../suites/index.ts'
import type { Approached } from './approach.ts'
import type { Given } from './given.ts'
import { keysFor, noSecret } from './secret.ts'

/** What the harness is asked to do, for one role. @throws HarnessError `bad-secret` for a consumer without a secret that fits. */
export async function runOptions(given: Given, { role, profile, selection }: Approached): Promise<RunOptions> {
  const secretTexts = given.headers.filter(({ secret }) => secret).flatMap(({ line: [, value] }) => [value, value.slice(value.indexOf(' ') + 1)])
  const shared = { profile, suites, selection, headers: given.headers.map(({ line }) => line), secretTexts, ...given.limits, ...(given.via === undefined ? {} : { via: given.via }) }
  if (role === 'consumer') return { ...shared, role, ...(await consumerSide(given, profile)) }
  // The harness makes the secret of every endpoint that it registers; one that is given is that of an endpoint made by hand.
  const keys = given.secrets.length === 0 ? { secrets: [] } : keysFor(profile, given.secrets)
  if (given.target.kind === 'adapter') return { ...shared, role, keys, ...given.sender, target: { kind: 'url', url: adapterUrl } }
  if (given.target.kind === 'url') return { ...shared, role, keys, ...given.sender, target: given.target, ...(given.sender.trigger === undefined ? {} : { byHand: configureByHand }) }
  if (role === 'sse-server') {
    const { sseServer } = await import('../reference/sse-server.ts')
    // Its readers bring a token, so that a run can leave it out.
    const token = randomBytes(16).toString('hex')
    const headers: RunOptions['headers'] = [...shared.headers.filter(([name]) => name.toLowerCase() !== 'authorization'), ['Authorization', `Bearer ${token}`]]
    return { ...shared, role, keys, headers, secretTexts: [...secretTexts, token], target: { kind: 'in-process', name: 'reference', handler: () => sseServer({ profile, heartbeatMs: 150, token }) } }
  }
  if (role === 'sse-client') {
    const { sseClient } = await import('../reference/sse-client.ts')
    return { ...shared, role, keys, target: { kind: 'in-process', name: 'reference', handler: () => sseClient({ profile, reconnectMs: 100 }) } }
  }
  const { producer } = await import('../reference/producer.ts')
  return { ...shared, role, keys, target: { kind: 'in-process', name: 'reference', handler: (clock) => producer({ profile, clock }) } }
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

async function consumerSide(given: Given, profile: Profile): Promise<Pick<RunOptions, 'target' | 'keys'>> {
  const { target, secrets } = given
  if (target.kind !== 'url') return referenceConsumer(given, profile)
  // A plan needs no secret of the target's: nobody verifies its signatures.
  if (given.plan && secrets.length === 0) return { target, keys: { secrets: [generateSecret(profile.signature, randomBytes).signing] } }
  if (given.role === undefined && secrets.length === 0) throw noSecret(profile, '; if the target sends webhooks, add --role producer, which needs none')
  return { target, keys: keysFor(profile, secrets) }
}

/** The reference in this process, with the secret that was given or a fresh one on both sides. */
async function referenceConsumer({ secrets }: Given, profile: Profile): Promise<Pick<RunOptions, 'target' | 'keys'>> {
  const { consumer } = await import('../reference/consumer.ts')
  const fresh = generateSecret(profile.signature, randomBytes)
  const config = Object.fromEntries((profile.signature.config ?? []).map((name) => [name, 'http://127.0.0.1/webhook']))
  const signing = secrets.length > 0 ? keysFor(profile, secrets).secrets : [fresh.signing]
  const verifying = secrets.length > 0 ? signing.map((secret) => verifyingSecret(profile.signature, secret)) : [fresh.verifying]
  return {
    keys: { secrets: signing, config },
    target: { kind: 'in-process', name: 'reference', handler: (clock) => consumer({ profile, keys: { secrets: verifying, config }, clock }) },
  }
}
