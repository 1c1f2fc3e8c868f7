import { connectControl, discoverControl, type Control } from '../harness/attach/control.ts'
import { startExec } from '../harness/attach/exec.ts'
import { connectLaunchDarkly } from '../harness/attach/launchdarkly.ts'
import { liveClock } from '../harness/clock/live-clock.ts'
import { HarnessError } from '../harness/errors.ts'
import type { HeaderLine } from '../harness/http/message.ts'
import type { GivenFlags } from './flags.ts'
import { many, one } from './options.ts'
import { checkHost, readUrl } from './target.ts'

/** How the user says that the harness reaches the control API. */
export type GivenControl = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'exec'; readonly command: string }

/** @throws HarnessError `usage` for both flags at once, `host-not-allowed` for a foreign host. */
export function readControl(given: GivenFlags, sends: boolean): GivenControl | undefined {
  const url = one(given, 'control')
  const command = one(given, 'exec')
  if (url !== undefined && command !== undefined) throw new HarnessError('usage', '--control and --exec are both given', 'give the one through which the target is controlled')
  if (command !== undefined) return { kind: 'exec', command }
  if (url === undefined) return undefined
  const read = readUrl(url, '--control')
  if (sends) checkHost(read, many(given, 'allow-host'))
  return { kind: 'url', url: read }
}

/** The control API: the one that was named, else the one that the target announces, else none. Headers stay on the target's host. */
export async function attach(control: GivenControl | undefined, target: string, headers: readonly HeaderLine[], budgetMs?: number): Promise<Control | undefined> {
  const clock = liveClock()
  const patience = budgetMs === undefined ? {} : { patienceMs: budgetMs }
  if (control === undefined) return discoverControl(target, { headers, clock, ...patience })
  if (control.kind === 'exec') return startExec(control.command, { clock })
  const own = new URL(control.url).hostname === new URL(target).hostname
  return connectControl(control.url, { headers: own ? headers : [], clock, ...patience })
}

/**
 * The control API of a stream client, which is the target itself unless another is named: ours, or the contract-test API of
 * LaunchDarkly's libraries, known by its shape.
 */
export async function attachClient(control: GivenControl | undefined, target: string, headers: readonly HeaderLine[], budgetMs?: number): Promise<Control | undefined> {
  if (control?.kind === 'exec') return attach(control, target, headers)
  const url = control?.url ?? target
  const options = { headers: new URL(url).hostname === new URL(target).hostname ? headers : [], clock: liveClock() }
  const known = await connectLaunchDarkly(url, options)
  if (known) return known
  if (control) return attach(control, target, headers, budgetMs)
  return (await discoverControl(target, options)) ?? connectControl(target, { ...options, ...(budgetMs === undefined ? {} : { patienceMs: budgetMs }) })
}

/** A control API that is never called: it stands for the one that a run would attach to. */
export function plannedControl(kind: GivenControl['kind']): Control {
  const unused = () => Promise.reject(new TypeError('a plan calls no control API'))
  return {
    manifest: { capabilities: {} },
    attachment: kind === 'exec' ? 'exec' : 'control',
    reset: unused,
    effects: unused,
    faults: unused,
    subscribe: unused,
    unsubscribe: unused,
    publish: unused,
    disconnect: unused,
    retain: unused,
    connect: unused,
    connection: unused,
    closeConnection: unused,
    close: () => Promise.resolve(),
  }
}
