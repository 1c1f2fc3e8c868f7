import { liveClock } from '../clock/live-clock.ts'
import type { HeaderLine } from '../http/message.ts'
import { connectControl, discoverControl, type Control } from './control.ts'
import { startExec } from './exec.ts'
import { connectLaunchDarkly } from './launchdarkly.ts'

/** How the user says that the harness reaches the control API. */
export type GivenControl = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'exec'; readonly command: string }

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
